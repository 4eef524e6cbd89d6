"""Token exchange as far as transfer tickets need it."""

from dataclasses import dataclass
from typing import Final

from idp.clients.domain import GrantType
from idp.oidc.checks import rfc6749
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.domain.transfers import TICKET_TYPE
from idp.oidc.errors import SubjectTokenRefused, TokenRefused, TokenTypeRefused
from idp.oidc.flows.live_tokens import LiveTokens
from idp.oidc.flows.proofs import confirmation_of
from idp.oidc.flows.transfer import IssueTransfer

ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105  a name


@dataclass(frozen=True, slots=True)
class ExchangeForTicket:
    """RFC 8693 §2: a client's own access token of its visitor, for a transfer ticket."""

    tokens: LiveTokens
    issue: IssueTransfer

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return a transfer ticket.

        Raises:
            GrantTypeNotAllowed, TokenTypeRefused, SubjectTokenRefused: as they say.
            TransferNotAllowed, TransferTooLong, TransferSessionOver: as they say.
        """
        form = asked.form
        rfc6749.client_may_use(asked.client, GrantType.TOKEN_EXCHANGE)
        kinds = (form.required("requested_token_type"), form.required("subject_token_type"))
        if kinds != (TICKET_TYPE, ACCESS_TOKEN):
            raise TokenTypeRefused(kinds[0][:80])
        return self.issue(asked, self._subject(asked, form.required("subject_token")))

    def _subject(self, asked: TokenRequest, token: str) -> Grant:
        """RFC 8693 §2.2.2: the token counts, is the client's, and the sender holds it."""
        try:
            live = self.tokens.access(token)
        except TokenRefused as cause:
            raise SubjectTokenRefused(cause.detail) from cause
        if live.grant is None or live.client.id != asked.client.id:
            raise SubjectTokenRefused("not of this client's visitor")
        bound = confirmation_of(live.claims)
        if bound.jkt not in {None, asked.sender.jkt}:
            raise SubjectTokenRefused("sender")
        if bound.certificate not in {None, asked.sender.certificate}:
            raise SubjectTokenRefused("sender")
        return live.grant
