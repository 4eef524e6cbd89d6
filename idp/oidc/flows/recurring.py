"""What machines ask again and again, in the same words.

Who asks for a token of its own by its secret sends the same bytes every few minutes. What
they come to follows from them, from its record and from settings alone, so it is kept;
whether that is its record still, and whether it may act, is looked at each time.
"""

from dataclasses import dataclass, field
from typing import Final

from idp.clients.domain import AuthMethod, Client, GrantType
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.one_time import Unspent
from idp.oidc.domain.own_tokens import OwnToken
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.flows.client_credentials import ClientCredentials
from idp.oidc.messages.presented import Presented
from kernel.remembered import Remembered
from kernel.secret import Digest
from kernel.standing import NotInGoodStanding, Standing, StandingUnknown

BY_SECRET: Final = frozenset({AuthMethod.BASIC, AuthMethod.POST})
"""Methods by which the same words prove the same, while the record stays the same."""
_OWN: Final = GrantType.CLIENT_CREDENTIALS.value.encode()


@dataclass(frozen=True, slots=True)
class Recurring:
    """Remembers what words came to that walked every step of the token endpoint.

    Only what was granted is kept, under the digest of its words: whoever guesses fills no
    memory of ours, and no secret lies in it.
    """

    clients: ClientLookup
    standing: Standing
    flow: ClientCredentials
    kept: Remembered[Digest, OwnToken] = field(default_factory=Remembered, repr=False)

    def again(self, presented: Presented) -> Tokens | None:
        """Return a new token for words that are known, if they would get it still.

        None: the words are new, or the record or somebody's standing has changed since.
        Whoever asks walks every step then, which tells what is refused, and puts it on
        record.

        Source: RFC 6749 §2.3.1, §4.4.
        """
        words = _words_of(presented)
        own = None if words is None else self.kept.get(words)
        if own is None or not self._is_as_it_was(own.client):
            return None
        return self.flow.given(own, Unspent())

    def keep(self, presented: Presented, asked: TokenRequest) -> None:
        """Remember what was granted, where the same words would get the same again."""
        words = _words_of(presented)
        if words is None or not _depends_on_words_alone(asked):
            return
        self.kept[words] = self.flow.decided(asked.client, asked.form, asked.sender)

    def _is_as_it_was(self, client: Client) -> bool:
        """Tell whether that is its record still, and all it hangs on may act.

        Standing is asked last, as by the steps: to read a record can take a moment.
        """
        try:
            if self.clients.find(client.id) is not client:
                return False
            self.standing.require(*client.parties())
        except (ClientUnknown, NotInGoodStanding, StandingUnknown):
            return False
        return True


def _words_of(presented: Presented) -> Digest | None:
    """Return the words of who asks for a token of its own; other grants cost no digest."""
    return presented.words if _OWN in presented.request.body else None


def _depends_on_words_alone(asked: TokenRequest) -> bool:
    """What counts once is another each time, and other grants hang on what is kept."""
    return (
        asked.form.optional("grant_type") == GrantType.CLIENT_CREDENTIALS
        and asked.client.oidc.auth_method in BY_SECRET
    )
