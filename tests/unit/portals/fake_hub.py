"""A small OpenID provider over real HTTP on loopback, as faulty as a test wants it."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from kernel.clock import Clock, epoch_seconds
from tests.unit.portals.fake_api import API, FakeApi

Claims = dict[str, Any]
Bend = Callable[[Claims], None]
CLIENT = "portal"
SECRET = "a secret with + and % in it"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


def nothing(_claims: Claims) -> None:
    """Leave the claims as they are."""


@dataclass
class FakeHub:
    """What it issues is right unless one of the bends says otherwise."""

    clock: Clock
    port: int = 0
    algorithm: str = "ES256"
    key: ECKey | RSAKey = field(
        default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"})
    )
    bend_id_token: Bend = nothing
    bend_header: Bend = nothing
    bend_userinfo: Bend = nothing
    bend_response: Bend = nothing
    bend_metadata: Bend = nothing
    token_maker: Callable[[Claims, Claims], str] | None = None
    level: int = 2
    signed_in_ago: int = 5
    alive: bool = True
    published: list[ECKey | RSAKey] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    refresh: str = ""
    narrowed_to: list[str | None] = field(default_factory=list)
    api: FakeApi | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def authorize(self, address: str, **bent: str | None) -> str:
        """Answer an authorization request at once; return where the browser goes."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query))
        assert parts.path == "/oauth2/authorize"
        code = f"code-{len(self.grants)}"
        self.grants[code] = asked
        answer: dict[str, str | None] = {
            "code": code,
            "state": asked["state"],
            "iss": self.issuer,
            **bent,
        }
        said = {name: value for name, value in answer.items() if value is not None}
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(said)}"

    def id_token(self, nonce: str) -> str:
        now = epoch_seconds(self.clock())
        claims: Claims = {
            "iss": self.issuer,
            "sub": "pairwise-subject-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "auth_time": now - self.signed_in_ago,
            "nonce": nonce,
            "acr": f"urn:trusthub:loa:{self.level}",
            "amr": ["pwd"],
            "sid": "sid-1",
        }
        self.bend_id_token(claims)
        return self.sign(claims, {"typ": "JWT"})

    def logout_token(self, bend: Bend = nothing, **header: str) -> str:
        now = epoch_seconds(self.clock())
        claims: Claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": "logout-1",
            "sub": "pairwise-subject-1",
            "sid": "sid-1",
            "events": {EVENT: {}},
        }
        bend(claims)
        return self.sign(claims, {"typ": "logout+jwt", **header})

    def sign(self, claims: Claims, header: Claims) -> str:
        full = {"alg": self.algorithm, "kid": self.key.kid, **header}
        self.bend_header(full)
        if self.token_maker is not None:
            return self.token_maker(full, claims)
        return jws.serialize_compact(full, json.dumps(claims), self.key, [full["alg"]])

    # ------------------------------------------------------------ endpoints

    def get(self, path: str) -> tuple[int, Claims]:
        self.fetched.append(path)
        if not self.alive:
            return 503, {}
        documents: dict[str, Callable[[], Claims]] = {
            "/.well-known/openid-configuration": self._metadata,
            "/oidc/jwks": self._jwks,
            "/oidc/userinfo": self._userinfo,
        }
        return 200, documents[path]()

    def post(self, authorization: str, form: dict[str, str]) -> tuple[int, Claims]:
        """The token endpoint, strict in what RFC 6749 §4.1.3 and RFC 7636 §4.6 ask."""
        self.fetched.append("/oauth2/token")
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        client, _, secret = pair.partition(":")
        if (unquote_plus(client), unquote_plus(secret)) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "refresh_token":
            self.narrowed_to.append(form.get("scope"))
            return self._refreshed(form["refresh_token"])
        grant = self.grants.pop(form["code"], None)
        if grant is None or grant["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if grant["code_challenge"] != challenge or grant["code_challenge_method"] != "S256":
            return 400, {"error": "invalid_grant"}
        response: Claims = {
            "access_token": "access-1",
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token(grant["nonce"]),
        }
        if self.refresh:
            response["refresh_token"] = self.refresh
        self.bend_response(response)
        return 200, response

    def _refreshed(self, presented: str) -> tuple[int, Claims]:
        """RFC 9700 §4.14.2: a refresh token is good once; its next one comes with it."""
        if presented != self.refresh:
            return 400, {"error": "invalid_grant"}
        self.refresh += "+"
        tokens = {"access_token": f"access-{len(self.refresh)}", "token_type": "Bearer"}
        return 200, {**tokens, "expires_in": 300, "refresh_token": self.refresh}

    def _metadata(self) -> Claims:
        said: Claims = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/oauth2/authorize",
            "token_endpoint": f"{self.issuer}/oauth2/token",
            "userinfo_endpoint": f"{self.issuer}/oidc/userinfo",
            "jwks_uri": f"{self.issuer}/oidc/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
        }
        self.bend_metadata(said)
        return said

    def _jwks(self) -> Claims:
        keys = self.published or [self.key]
        return {"keys": [{**k.as_dict(private=False), "use": "sig"} for k in keys]}

    def _userinfo(self) -> Claims:
        said: Claims = {"sub": "pairwise-subject-1", "name": "测试甲", "identity_level": 2}
        self.bend_userinfo(said)
        return said


def unsigned(header: Claims, claims: Claims) -> str:
    """RFC 8725 §2.1: a token that says it needs no signature."""
    parts = (json.dumps({**header, "alg": "none"}), json.dumps(claims))
    return ".".join((*map(_base64url, parts), ""))


def signed_with_public_key(hub: FakeHub) -> Callable[[Claims, Claims], str]:
    """RFC 8725 §2.1: the public key taken for an HMAC secret."""

    def made(header: Claims, claims: Claims) -> str:
        confused = hub.key.as_pem(private=False)
        full = {**header, "alg": "HS256"}
        signed = ".".join(map(_base64url, (json.dumps(full), json.dumps(claims))))
        mac = hmac.digest(confused, signed.encode(), hashlib.sha256)
        return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    return made


def _base64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def send_headers(endpoint: BaseHTTPRequestHandler, headers: Mapping[str, str]) -> None:
    """Send each of them."""
    for name, value in headers.items():
        endpoint.send_header(name, value)


def send_picture(endpoint: BaseHTTPRequestHandler, hub: FakeHub, path: str) -> None:
    """Send a picture that the hub holds; 404 without a body for any other."""
    hub.fetched.append(path)
    body = hub.pictures.get(path, b"")
    endpoint.send_response(200 if body else 404)
    send_headers(endpoint, {"Content-Type": "image/png", "Content-Length": str(len(body))})
    endpoint.end_headers()
    endpoint.wfile.write(body)


def send_on(endpoint: BaseHTTPRequestHandler, hub: FakeHub) -> None:
    """Answer an authorization request with a way back to the client."""
    asked = dict(parse_qsl(urlsplit(endpoint.path).query))
    back = urlsplit(asked["redirect_uri"])
    endpoint.send_response(303)
    answer = hub.authorize(endpoint.path)
    endpoint.send_header("Location", f"{back.scheme}://{back.netloc}{answer}")
    endpoint.send_header("Content-Length", "0")
    endpoint.end_headers()


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """Serve the hub on a free port of loopback."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path.startswith(API) and hub.api:
                self._api(hub.api)
            elif path == "/oauth2/authorize":
                send_on(self, hub)
            elif path.startswith("/client-pictures/"):
                send_picture(self, hub, path)
            else:
                self._answer(*hub.get(path))

        def do_POST(self) -> None:
            if self.path.startswith(API) and hub.api:
                self._api(hub.api)
                return
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*hub.post(self.headers["Authorization"], form))

        def _api(self, api: FakeApi) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            path = self.path.removeprefix(API)
            said = api.answer(self.command, path, dict(self.headers), body)
            problem = said.status >= 400 and "checks" not in said.body
            kind = "application/problem+json" if problem else "application/json"
            self._answer(said.status, said.body, kind, said.headers)

        def _answer(
            self,
            status: int,
            said: Claims,
            kind: str = "application/json",
            more: Mapping[str, str] = MappingProxyType({}),
        ) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            send_headers(self, {"Trusthub-Reference": "23456789ABCD", **more})
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        hub.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()
