"""The client credentials grant."""

from dataclasses import dataclass, field

from idp.clients.domain import Client, GrantType
from idp.oidc.checks import rfc6749
from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.issuer import API_SCOPES, KNOWN_SCOPES
from idp.oidc.domain.one_time import Unspent
from idp.oidc.domain.own_tokens import OwnToken
from idp.oidc.domain.senders import Sender, TokenRequest
from idp.oidc.events import ClientTokenIssued
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.resources import named_resources, resources_in
from idp.oidc.flows.using_up import RecordedOnce
from kernel.ids import ClientId, correlation
from kernel.remembered import Remembered
from kernel.web import Form

_Asked = tuple[ClientId, frozenset[str] | None, tuple[str, ...], Sender]


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Gives a client a token of its own, within the scopes of its registration."""

    issuing: TokenIssuer
    recorded: RecordedOnce
    kept: Remembered[_Asked, OwnToken] = field(default_factory=Remembered, repr=False)

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return one access token; the event is durable before it leaves.

        Raises:
            GrantTypeNotAllowed, ScopeRefused, ResourceRefused: as for `decided`.
            AssertionReplayed, DpopProofReplayed: what was shown was used before.

        Source: RFC 6749 §4.4.
        """
        own = self.decided(asked.client, asked.form, asked.sender)
        return self.given(own, asked.unspent)

    def decided(self, client: Client, form: Form, sender: Sender) -> OwnToken:
        """Return what the client gets for what it asks; nothing happens yet.

        It follows from the arguments alone: what was decided from a record is kept for as
        long as that record is the one that is shown.

        Raises:
            GrantTypeNotAllowed, ScopeRefused, ResourceRefused: as they say.

        Source: RFC 6749 §4.4.2, RFC 8707 §2.2.
        """
        # However blanks and repetitions are put, it is kept as the words that it is.
        scope = form.optional("scope")
        words = None if scope is None else rfc6749.words_of(scope)
        asked = (client.id, words, resources_in(form), sender)
        own = self.kept.get(asked)
        if own is None or own.client is not client:
            own = self.kept[asked] = self._decided(client, form, sender)
        return own

    def _decided(self, client: Client, form: Form, sender: Sender) -> OwnToken:
        rfc6749.client_may_use(client, GrantType.CLIENT_CREDENTIALS)
        api = self.issuing.issuer.api
        resources = named_resources(form, client.oidc.resources | {api}) or ()
        ceiling = scopes_at(client, elsewhere=any(name != api for name in resources))
        scopes = rfc6749.narrowed_scope(ceiling, form.optional("scope"))
        asked = " ".join(sorted(scopes))
        return self.issuing.own_token(client, asked, sender=sender, resources=resources)

    def given(self, own: OwnToken, unspent: Unspent) -> Tokens:
        """Return the token that was decided, when its event is durable.

        Raises:
            AssertionReplayed, DpopProofReplayed: what was shown was used before.

        Source: RFC 6749 §4.4.3.
        """
        tokens, jti = self.issuing.for_client(own)
        event = ClientTokenIssued(
            relying_party=own.client.id,
            scope=tokens.scope,
            correlation=correlation(self.issuing.issuer.url, jti),
        )
        self.recorded(unspent, event)
        return tokens


def scopes_at(client: Client, *, elsewhere: bool) -> frozenset[str]:
    """RFC 8707 §2.2, RFC 9068 §3: return the client's scopes where its token will count.

    At our API those of our API; at a resource of somebody else those that mean nothing
    here, as they are granted with a code too.
    """
    scopes = client.oidc.scopes
    return scopes - KNOWN_SCOPES if elsewhere else scopes & API_SCOPES
