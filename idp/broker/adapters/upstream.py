"""Upstream providers called by Authlib's client core over the one way out."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote_plus, urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client

from idp.broker.adapters.calling import (
    DEADLINE_S,
    KEYS_LIMIT_BYTES,
    LIMIT_BYTES,
    OK,
    answered,
    json_object,
)
from idp.broker.domain import Credentials, Redemption, Shown, TokenAnswer
from idp.broker.errors import (
    CodeNotTaken,
    TokenAnswerMalformed,
    UpstreamUnavailable,
    UserinfoMalformed,
)
from idp.broker.messages.signed import credential_members
from kernel.ids import ClientId
from kernel.infra.outbound import Outbound, OutboundReply, OutboundRequest
from kernel.proof.jose import JoseRefused
from kernel.secret import Secret
from kernel.web import JSON


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
            return json_object(self.reply, LIMIT_BYTES)
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
            limit_bytes=LIMIT_BYTES,
            redirects=0,
        )
        return _Response(answered(self.outbound, request))


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
        client.register_client_auth_method((Shown.BASIC.value, basic_credentials))
        client.register_client_auth_method((Shown.KEY.value, by_assertion))
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
            limit_bytes=LIMIT_BYTES,
            redirects=0,
        )
        reply = answered(self.outbound, request)
        if reply.status != OK or reply.media_type != JSON:
            raise UserinfoMalformed(f"{reply.status} {reply.media_type}"[:80])
        try:
            return json_object(reply, LIMIT_BYTES)
        except JoseRefused as cause:
            raise UserinfoMalformed(cause.code) from cause

    def jwks(self, uri: str) -> Mapping[str, object]:
        """Return a JWK Set (RFC 7517 §5)."""
        request = OutboundRequest(
            url=uri, accept=JSON, deadline_s=DEADLINE_S, limit_bytes=KEYS_LIMIT_BYTES
        )
        reply = answered(self.outbound, request)
        if reply.status != OK:
            raise UpstreamUnavailable(f"jwks {reply.status}")
        try:
            return json_object(reply, KEYS_LIMIT_BYTES)
        except JoseRefused as cause:
            raise UpstreamUnavailable(f"jwks {cause.code}") from cause


def by_assertion(
    client: _NamedClient, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """RFC 7521 §4.2: the assertion, which stands in the secret's place, as form members."""
    proof = Credentials(
        client_id=ClientId(client.client_id),
        secret=Secret(client.client_secret),
        shown=Shown.KEY,
    )
    return uri, headers, f"{body}&{urlencode(credential_members(proof))}"


def token_answer(said: Mapping[str, object]) -> TokenAnswer:
    """OIDC Core §3.1.3.3: a bearer access token and an ID token."""
    id_token, access_token = said.get("id_token"), said.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise TokenAnswerMalformed("id_token or access_token")
    if str(said.get("token_type", "")).lower() != "bearer" or not access_token.isascii():
        raise TokenAnswerMalformed("token_type")
    return TokenAnswer(id_token=id_token, access_token=Secret(access_token))
