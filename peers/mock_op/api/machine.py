"""Where programs ask: discovery, keys, tokens, userinfo, and the switches."""

import time
from base64 import b64decode
from dataclasses import dataclass
from urllib.parse import unquote_plus

from kernel.secret import Digest, Secret
from kernel.web import FORM, JSON, Reply, Request, Route, read_body, write_body
from peers.mock_op.api.dress import PROBLEMS, OAuthTable
from peers.mock_op.domain import Client
from peers.mock_op.errors import ClientRefused, ControlRefused, OAuthRefused
from peers.mock_op.messages.files import FaultsBody, faults_body
from peers.mock_op.messages.requests import discovery
from peers.mock_op.service.tokens import Redeeming, Tokens


@dataclass(frozen=True, slots=True)
class MachineApi:
    """The endpoints without a browser; ``control`` None: whoever reaches it may switch."""

    tokens: Tokens
    control: Digest | None

    def configuration(self, _request: Request) -> Reply:
        """OIDC Discovery §4.2."""
        house = self.tokens.house
        return Reply.json(discovery(house.issuer, house.acrs, house.claims))

    def keys(self, _request: Request) -> Reply:
        """RFC 7517 §5."""
        return Reply.json({"keys": [dict(self.tokens.id_tokens.key.jwk())]})

    def token(self, request: Request) -> Reply:
        """RFC 6749 §4.1.3."""
        form = request.form
        form.single_valued()
        client = self._client(request)
        if form.optional("grant_type") != "authorization_code":
            raise OAuthRefused("unsupported_grant_type")
        verifier = form.optional("code_verifier")
        said = Redeeming(
            code=Secret(form.required("code")),
            redirect_uri=form.optional("redirect_uri") or "",
            verifier=None if verifier is None else Secret(verifier),
        )
        time.sleep(self.tokens.switch.delay_s)
        return Reply.json(self.tokens.redeem(said, client))

    def userinfo(self, request: Request) -> Reply:
        """OIDC Core §5.3."""
        sent = request.headers.get("authorization", "")
        return Reply.json(self.tokens.userinfo(Secret(sent.removeprefix("Bearer "))))

    def show_faults(self, request: Request) -> Reply:
        """Say what is switched on."""
        self._require_control(request)
        return Reply.json(write_body(faults_body(self.tokens.switch.weather)))

    def set_faults(self, request: Request) -> Reply:
        """Misbehave, or stop misbehaving, from now on."""
        self._require_control(request)
        self.tokens.switch.weather = read_body(FaultsBody, request.body).weather()
        return self.show_faults(request)

    def alive(self, _request: Request) -> Reply:
        """Say that it runs."""
        return Reply.json({"status": "ok"})

    def _client(self, request: Request) -> Client:
        """RFC 6749 §2.3.1: by header or form, never by both."""
        basic = request.headers.get("authorization")
        posted = request.form.optional("client_secret")
        if (basic is None) == (posted is None):
            raise ClientRefused("invalid_client")
        if basic is not None:
            return self.tokens.client(*_basic(basic))
        return self.tokens.client(
            request.form.optional("client_id") or "", Secret(posted or "")
        )

    def _require_control(self, request: Request) -> None:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.control is not None and not Secret(sent).matches(self.control):
            raise ControlRefused


def routes(api: MachineApi) -> tuple[Route, ...]:
    """Return the machines' part of the table."""
    oauth, switches = OAuthTable(), "/faults"
    return (
        Route(
            method="GET",
            path="/.well-known/openid-configuration",
            endpoint=api.configuration,
        ),
        Route(method="GET", path="/jwks", endpoint=api.keys),
        Route(
            method="POST", path="/token", endpoint=api.token, errors=oauth, consumes=FORM
        ),
        Route(method="GET", path="/userinfo", endpoint=api.userinfo, errors=PROBLEMS),
        Route(method="POST", path="/userinfo", endpoint=api.userinfo, errors=PROBLEMS),
        Route(method="GET", path=switches, endpoint=api.show_faults, errors=PROBLEMS),
        Route(
            method="POST",
            path=switches,
            endpoint=api.set_faults,
            errors=PROBLEMS,
            consumes=JSON,
        ),
        Route(method="GET", path="/health/live", endpoint=api.alive),
    )


def _basic(header: str) -> tuple[str, Secret]:
    """RFC 6749 §2.3.1: both halves were form-encoded before RFC 7617 §2.

    Raises:
        ClientRefused: not of that form.
    """
    scheme, _, encoded = header.partition(" ")
    try:
        name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as cause:
        raise ClientRefused("invalid_client") from cause
    if scheme.lower() != "basic":
        raise ClientRefused("invalid_client")
    return unquote_plus(name), Secret(unquote_plus(secret))
