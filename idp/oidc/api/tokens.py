"""The token and userinfo endpoints."""

from dataclasses import dataclass
from typing import Final

import orjson

from idp.oidc.flows.token_endpoint import TokenEndpoint
from idp.oidc.flows.userinfo import UserInfo
from idp.oidc.messages.bearer import bearer_token
from idp.oidc.messages.presented import Presented
from idp.oidc.messages.tokens import token_response
from kernel.web import FORM, JSON, Headers, Reply, Request

# RFC 6749 §5.1, laid out once: this is the busiest answer of the house.
_TOKEN_HEADERS: Final[Headers] = (
    ("Content-Type", JSON),
    ("Cache-Control", "no-store"),
    ("Pragma", "no-cache"),
)
_CORS: Final = ("Access-Control-Allow-Origin", "*")


@dataclass(frozen=True, slots=True)
class TokenApi:
    """Parses, asks the flow, lays out."""

    endpoint: TokenEndpoint
    userinfo_flow: UserInfo

    def token(self, request: Request) -> Reply:
        """RFC 6749 §3.2: POST with a form body; a query is not looked at."""
        tokens = self.endpoint(Presented.of(request))
        return Reply(200, _TOKEN_HEADERS, orjson.dumps(token_response(tokens)))

    def userinfo(self, request: Request) -> Reply:
        """OIDC Core §5.3.1: token in the header or a posted form, never in a query."""
        form = request.form if request.content_type == FORM else None
        token = bearer_token(request.headers.get("authorization"), form)
        return Reply.json(self.userinfo_flow(token)).with_headers(_CORS)
