"""The token and userinfo endpoints, and those that ask about tokens or give them back."""

from dataclasses import dataclass
from typing import Final

import orjson

from idp.oidc.flows.device_asking import AskForDevice
from idp.oidc.flows.introspecting import Introspect
from idp.oidc.flows.revoking import Revoke
from idp.oidc.flows.token_endpoint import TokenEndpoint
from idp.oidc.flows.userinfo import UserInfo
from idp.oidc.messages.bearer import bearer_token
from idp.oidc.messages.devices import device_response
from idp.oidc.messages.introspection import SIGNED, wants_signed
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
_TOLD: Final = "application/jwt"


@dataclass(frozen=True, slots=True)
class TokenApi:
    """Parses, asks the flow, lays out."""

    endpoint: TokenEndpoint
    userinfo_flow: UserInfo
    introspect_flow: Introspect
    revoke_flow: Revoke
    device_flow: AskForDevice
    issuer: str

    def token(self, request: Request) -> Reply:
        """RFC 6749 §3.2: POST with a form body; a query is not looked at."""
        tokens = self.endpoint(Presented(request))
        return Reply(200, _TOKEN_HEADERS, orjson.dumps(token_response(tokens)))

    def userinfo(self, request: Request) -> Reply:
        """OIDC Core §5.3.1: token in the header or a posted form, never in a query."""
        form = request.form if request.content_type == FORM else None
        token = bearer_token(request.headers.get("authorization"), form)
        told = self.userinfo_flow(token, request)
        if isinstance(told, str):  # OIDC Core §5.3.2
            return Reply.content(told.encode("ascii"), _TOLD).with_headers(_CORS)
        return Reply.json(told).with_headers(_CORS)

    def device_authorization(self, request: Request) -> Reply:
        """RFC 8628 §3.1: POST with a form body; two codes and where to type one."""
        codes = self.device_flow(Presented(request))
        told = device_response(self.issuer, codes)
        return Reply(200, _TOKEN_HEADERS, orjson.dumps(told))

    def introspect(self, request: Request) -> Reply:
        """RFC 7662 §2: POST with a form body; signed where that is accepted (RFC 9701)."""
        found = self.introspect_flow(Presented(request))
        if not wants_signed(request.headers.get("accept", "")):
            return Reply(200, _TOKEN_HEADERS, orjson.dumps(found.answer))
        signed = self.introspect_flow.signed(found)
        return Reply.content(signed.encode("ascii"), SIGNED)

    def revoke(self, request: Request) -> Reply:
        """RFC 7009 §2: POST with a form body; 200 whether there was such a token or not."""
        self.revoke_flow(Presented(request))
        return Reply(200, (("Cache-Control", "no-store"),), b"")
