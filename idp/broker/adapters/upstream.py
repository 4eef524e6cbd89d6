"""Upstream providers called by Authlib's client core over the one way out."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote_plus, urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client

from idp.broker.domain import Redemption, TokenAnswer
from idp.broker.errors import (
    CodeNotTaken,
    TokenAnswerMalformed,
    UpstreamAnswerTooLarge,
    UpstreamSlow,
    UpstreamUnavailable,
    UserinfoMalformed,
)
from kernel.errors import DomainError
from kernel.infra.outbound import (
    Outbound,
    OutboundFailed,
    OutboundRefused,
    OutboundReply,
    OutboundRequest,
    OutboundTimeout,
    OutboundTooLarge,
)
from kernel.proof.jose import JoseRefused, decode_object
from kernel.secret import Secret
from kernel.web import JSON

DEADLINE_S: Final = 4.0
"""A browser waits for these calls, so they are shorter than others."""
_LIMIT_BYTES: Final = 65_536
_KEYS_LIMIT_BYTES: Final = 262_144
_DEPTH: Final = 8
_OK: Final = 200
_SERVER_ERROR: Final = 500
_TOO_MANY: Final = 429
_UNAVAILABLE: Final[Mapping[type[DomainError], type[UpstreamUnavailable]]] = {
    OutboundTimeout: UpstreamSlow,
    OutboundTooLarge: UpstreamAnswerTooLarge,
}


class _ClientAuth(Protocol):
    """Authlib's way to put client credentials on a request."""

    def prepare(
        self, method: str, uri: str, headers: dict[str, str], body: str
    ) -> tuple[str, dict[str, str], str]:
        """Return the request with the credentials on it."""
        ...


@dataclass(frozen=True, slots=True)
class _Response:
    """What Authlib reads of a response."""

    reply: OutboundReply

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.reply.status

    def json(self) -> dict[str, object]:
        """RFC 6749 §5.1, §5.2: a JSON object, with one meaning or none."""
        try:
            return _object(self.reply, _LIMIT_BYTES)
        except JoseRefused as cause:
            raise TokenAnswerMalformed(cause.code) from cause


@dataclass(frozen=True, slots=True)
class _Session:
    """The HTTP session that Authlib's client core asks for, over `Outbound`."""

    outbound: Outbound

    def post(
        self,
        url: str,
        data: Mapping[str, str],
        headers: Mapping[str, str],
        auth: _ClientAuth,
    ) -> _Response:
        """Post a form with client credentials."""
        uri, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        framed = {k: v for k, v in sent.items() if k.lower() != "content-length"}
        request = OutboundRequest(
            url=uri,
            method="POST",
            headers=framed,
            body=body.encode("ascii"),
            deadline_s=DEADLINE_S,
            limit_bytes=_LIMIT_BYTES,
            redirects=0,
        )
        return _Response(_answered(self.outbound, request))


class _NamedClient(Protocol):
    """What Authlib's core knows of us."""

    client_id: str
    client_secret: str


def basic_credentials(
    client: _NamedClient, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """RFC 6749 §2.3.1: both halves form-encoded first, which Authlib leaves out."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    encoded = b64encode(pair.encode("ascii")).decode("ascii")
    return uri, {**headers, "Authorization": f"Basic {encoded}"}, body


@dataclass(frozen=True, slots=True)
class AuthlibUpstream:
    """The `UpstreamCalls` of an installation."""

    outbound: Outbound

    def redeem(self, redemption: Redemption) -> TokenAnswer:
        """Exchange the code, as `UpstreamCalls.redeem` says."""
        ours = redemption.credentials
        client = OAuth2Client(
            _Session(self.outbound),
            client_id=ours.client_id,
            client_secret="" if ours.secret is None else ours.secret.reveal(),
            token_endpoint_auth_method=ours.shown.value,
            redirect_uri=redemption.redirect_uri,
        )
        client.register_client_auth_method(("client_secret_basic", basic_credentials))
        try:
            token = client.fetch_token(
                redemption.endpoint,
                grant_type="authorization_code",
                code=redemption.code.reveal(),
                code_verifier=redemption.verifier.reveal(),
            )
        except AuthlibBaseError as refusal:
            raise CodeNotTaken(str(refusal.error)[:64]) from None
        return token_answer(token)

    def userinfo(self, endpoint: str, access_token: Secret) -> Mapping[str, object]:
        """Return the userinfo claims (OIDC Core §5.3.1)."""
        request = OutboundRequest(
            url=endpoint,
            headers={"authorization": f"Bearer {access_token.reveal()}"},
            accept=JSON,
            deadline_s=DEADLINE_S,
            limit_bytes=_LIMIT_BYTES,
            redirects=0,
        )
        reply = _answered(self.outbound, request)
        if reply.status != _OK or reply.media_type != JSON:
            raise UserinfoMalformed(f"{reply.status} {reply.media_type}"[:80])
        try:
            return _object(reply, _LIMIT_BYTES)
        except JoseRefused as cause:
            raise UserinfoMalformed(cause.code) from cause

    def jwks(self, uri: str) -> Mapping[str, object]:
        """Return a JWK Set (RFC 7517 §5)."""
        request = OutboundRequest(
            url=uri, accept=JSON, deadline_s=DEADLINE_S, limit_bytes=_KEYS_LIMIT_BYTES
        )
        reply = _answered(self.outbound, request)
        if reply.status != _OK:
            raise UpstreamUnavailable(f"jwks {reply.status}")
        try:
            return _object(reply, _KEYS_LIMIT_BYTES)
        except JoseRefused as cause:
            raise UpstreamUnavailable(f"jwks {cause.code}") from cause


def token_answer(said: Mapping[str, object]) -> TokenAnswer:
    """OIDC Core §3.1.3.3: a bearer access token and an ID token."""
    id_token, access_token = said.get("id_token"), said.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise TokenAnswerMalformed("id_token or access_token")
    if str(said.get("token_type", "")).lower() != "bearer" or not access_token.isascii():
        raise TokenAnswerMalformed("token_type")
    return TokenAnswer(id_token=id_token, access_token=Secret(access_token))


def _answered(outbound: Outbound, request: OutboundRequest) -> OutboundReply:
    """Make one call; what another try may mend is `UpstreamUnavailable`."""
    try:
        reply = outbound.fetch(request)
    except (OutboundFailed, OutboundRefused) as cause:
        raise _UNAVAILABLE.get(type(cause), UpstreamUnavailable)(cause.code) from cause
    if reply.status >= _SERVER_ERROR or reply.status == _TOO_MANY:
        raise UpstreamUnavailable(str(reply.status))
    return reply


def _object(reply: OutboundReply, limit: int) -> dict[str, object]:
    return decode_object(reply.body, limit_bytes=limit, depth=_DEPTH)
