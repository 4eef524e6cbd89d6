"""The token exchange grant: one flow for each type that is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.clients.domain import GrantType
from idp.oidc.checks import rfc6749
from idp.oidc.domain.exchanges import ACCESS_TOKEN
from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import TokenTypeRefused
from idp.oidc.flows.grant_flow import GrantFlow


@dataclass(frozen=True, slots=True)
class TokenExchange:
    """RFC 8693 §2: a table of what a token may be exchanged for."""

    kinds: Mapping[str, GrantFlow]

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return what was asked for; an access token where nothing is said.

        Raises:
            GrantTypeNotAllowed, TokenTypeRefused: as they say.
            Refused: as the flow of the type says.
        """
        rfc6749.client_may_use(asked.client, GrantType.TOKEN_EXCHANGE)
        wanted = asked.form.optional("requested_token_type") or ACCESS_TOKEN
        flow = self.kinds.get(wanted)
        if flow is None:
            raise TokenTypeRefused("requested_token_type")
        return flow(asked)
