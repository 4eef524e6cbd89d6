"""An upstream OpenID provider of the tests, on loopback, that can be told to misbehave."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from kernel.clock import Clock, epoch_seconds
from kernel.proof.jose import to_base64url
from tests.unit.kernel.proof.signers import Signer, signer

CLIENT_ID = "hub-at-gd"
CLIENT_SECRET = "the hub's own secret, 32 signs".replace(" ", "-")
ACCESS_TOKEN = "an-access-token"
SUBJECT = "pairwise-1"
ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"]
Claims = dict[str, Any]


@dataclass
class Told:
    """How the provider is to behave; the defaults are those of an honest one."""

    claims: Claims = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    header: Claims = field(default_factory=dict)
    sign: Callable[[Claims, Claims], str] | None = None
    answer: Claims = field(default_factory=dict)
    token_status: int = 200
    token_body: bytes | None = None
    userinfo: Claims = field(default_factory=lambda: {"sub": SUBJECT, "name": "李四"})
    delay_s: float = 0.0
    shown: str = "client_secret_basic"


class FakeUpstream:
    """Speaks the code flow with PKCE over real HTTP and counts what it is asked."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.told = Told()
        self.key: Signer = signer(kid="op-1")
        self.asked: dict[str, str] = {}
        self.served: list[str] = []
        self.published: list[Signer] = [self.key]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _endpoints(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self._server.server_address[1]}"

    def metadata(self, **bent: object) -> dict[str, object]:
        said: dict[str, object] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "id_token_signing_alg_values_supported": ALGORITHMS,
            "claims_supported": ["sub", "name", "acr"],
            "jwks": {"keys": [self.key.key.to_jwk()]},
        }
        said.update(bent)
        return {name: value for name, value in said.items() if value is not None}

    def authorize(self, location: str) -> dict[str, str]:
        """Play the browser at the authorization endpoint; return the answer's query."""
        self.asked = dict(parse_qsl(urlsplit(location).query))
        return {"code": "code-1", "state": self.asked["state"], "iss": self.issuer}

    def id_token(self) -> str:
        now: datetime = self.clock()
        claims: Claims = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": CLIENT_ID,
            "iat": epoch_seconds(now),
            "exp": epoch_seconds(now) + 300,
            "auth_time": epoch_seconds(now),
            "nonce": self.asked.get("nonce", ""),
            "acr": "urn:trusthub:loa:2",
            "amr": ["pwd", "otp", "mfa"],
            "sid": "sid-1",
            **self.told.claims,
        }
        kept = {n: v for n, v in claims.items() if n not in self.told.dropped}
        header = {**self.key.header("JWT"), **self.told.header}
        return (self.told.sign or self.key.token)(header, kept)

    def redeem(self, authorization: str, form: dict[str, str]) -> tuple[int, bytes]:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        honest = (
            is_the_hub(self.told.shown, authorization, form)
            and form.get("code") == "code-1"
            and form.get("redirect_uri") == self.asked["redirect_uri"]
            and to_base64url(digest) == self.asked["code_challenge"]
        )
        if not honest:
            return 400, b'{"error":"invalid_grant"}'
        if self.told.token_body is not None:
            return self.told.token_status, self.told.token_body
        answer = {
            "access_token": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token(),
            **self.told.answer,
        }
        kept = {name: value for name, value in answer.items() if value is not None}
        return self.told.token_status, json.dumps(kept).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def is_the_hub(shown: str, authorization: str, form: dict[str, str]) -> bool:
    """RFC 6749 §2.3.1: by the one method that is taken, and by no other beside it."""
    halves = f"{quote_plus(CLIENT_ID)}:{quote_plus(CLIENT_SECRET)}"
    pair = base64.b64encode(halves.encode()).decode()
    said = (authorization, form.get("client_id"), form.get("client_secret"))
    return said == {
        "client_secret_basic": (f"Basic {pair}", None, None),
        "client_secret_post": ("", CLIENT_ID, CLIENT_SECRET),
        "none": ("", CLIENT_ID, None),
    }.get(shown)


def _endpoints(upstream: FakeUpstream) -> type[BaseHTTPRequestHandler]:
    class Endpoints(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            form = dict(parse_qsl(self.rfile.read(length).decode()))
            upstream.served.append(self.path)
            time.sleep(upstream.told.delay_s)
            self._answer(*upstream.redeem(self.headers.get("authorization", ""), form))

        def do_GET(self) -> None:
            upstream.served.append(self.path)
            if self.path == "/jwks":
                keys = [one.key.to_jwk() for one in upstream.published]
                self._answer(200, json.dumps({"keys": keys}).encode())
            elif self.headers.get("authorization") == f"Bearer {ACCESS_TOKEN}":
                self._answer(200, json.dumps(upstream.told.userinfo).encode())
            else:
                self._answer(401, b"{}")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's own name
            """Say nothing."""

    return Endpoints
