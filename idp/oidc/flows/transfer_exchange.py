"""Token exchange for a transfer ticket: a row of `flows.exchange`."""

from dataclasses import dataclass
from typing import Final

from idp.oidc.domain.grants import GrantKind, Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import SubjectTokenRefused
from idp.oidc.flows.subject_tokens import SubjectTokens
from idp.oidc.flows.transfer import IssueTransfer

_NOBODY_CAME: Final = frozenset({GrantKind.EXCHANGE, GrantKind.ASSERTION})
"""A ticket hands over who came here themselves. Of an exchange who acts, and how many hops
there were, would be lost; and who was vouched for is signed in nowhere."""


@dataclass(frozen=True, slots=True)
class ExchangeForTicket:
    """A client's own access token of its visitor, for a ticket to hand them over with."""

    subject_tokens: SubjectTokens
    issue: IssueTransfer

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return a transfer ticket.

        Raises:
            SubjectTokenRefused, TokenTypeRefused: the token does not count, or its person
                does not visit the client that asks.
            TransferNotAllowed, TransferTooLong, TransferSessionOver: as they say.

        Source: RFC 8693 §2.1, §2.2.2.
        """
        found = self.subject_tokens.own(asked)
        if found.grant.client != asked.client.id:
            raise SubjectTokenRefused("not of this client's visitor")
        if found.grant.kind in _NOBODY_CAME:
            raise SubjectTokenRefused("nobody came")
        return self.issue(asked, found.grant)
