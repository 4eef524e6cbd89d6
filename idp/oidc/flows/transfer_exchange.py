"""Token exchange for a transfer ticket: a row of `flows.exchange`."""

from dataclasses import dataclass

from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import SubjectTokenRefused
from idp.oidc.flows.subject_tokens import SubjectTokens
from idp.oidc.flows.transfer import IssueTransfer


@dataclass(frozen=True, slots=True)
class ExchangeForTicket:
    """A client's own access token of its visitor, for a ticket to hand them over with."""

    subject_tokens: SubjectTokens
    issue: IssueTransfer

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return a transfer ticket.

        Raises:
            SubjectTokenRefused, TokenTypeRefused: the token does not count, or its person
                visits another client than the one that asks.
            TransferNotAllowed, TransferTooLong, TransferSessionOver: as they say.

        Source: RFC 8693 §2.1, §2.2.2.
        """
        found = self.subject_tokens.subject(asked)
        if found.grant is None or found.client.id != asked.client.id:
            raise SubjectTokenRefused("not of this client's visitor")
        if found.grant.act is not None:
            # A ticket hands the person over themselves: who acts for them would be lost.
            raise SubjectTokenRefused("somebody acts")
        return self.issue(asked, found.grant)
