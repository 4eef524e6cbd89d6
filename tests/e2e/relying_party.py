"""A tiny relying party: code flow with PKCE, and nothing that is not in the standard."""

import base64
import hashlib
import html
import json
import secrets
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import urllib3

from tests.e2e.house import HTTP, House, free_port
from tests.unit.idp.clients.images import png

EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
HTML: Final = "text/html; charset=utf-8"
LOGO: Final = png(96, 96, b"\x0b\x6e\x4f")
PAGES: Final = {
    "logo_uri": "/logo.png",
    "policy_uri": "/policy",
    "tos_uri": "/terms",
}


AT_HOME: Final = (HTML, b'<!doctype html><title>at-home</title><main id="at-home"></main>')
PUBLISHED: Final = {PAGES["logo_uri"]: ("image/png", LOGO)}
"""What lies at the other addresses of a relying party."""


@dataclass(slots=True)
class RelyingParty:
    """One client of the house. ``/start?acr_values=…`` begins; ``/callback`` shows the end.

    Attributes:
        told: bodies that were posted to the back-channel logout address.
    """

    issuer: str
    client_id: str
    base: str
    secret: str = ""
    told: list[str] = field(default_factory=list)
    id_token: str = ""
    access_token: str = ""
    deaf: bool = False
    _waiting: dict[str, str] = field(default_factory=dict)

    def start(self, **asked: str) -> str:
        """Return the address a browser opens to sign in here."""
        return f"{self.base}/start?{urllib.parse.urlencode(asked)}"

    def authorize(self, asked: dict[str, str]) -> str:
        """RFC 6749 §4.1.1 with RFC 7636 §4.3: return the authorization request."""
        state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
        self._waiting[state] = verifier
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": f"{self.base}/callback",
            "scope": "openid profile organisations",
            "state": state,
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self.issuer}/oauth2/authorize?{urllib.parse.urlencode(query | asked)}"

    def logout(self, **asked: str) -> str:
        """OIDC RP-Initiated Logout §2: return where a browser signs out."""
        query = {"id_token_hint": self.id_token, "client_id": self.client_id}
        return f"{self.issuer}/logout?{urllib.parse.urlencode(query | asked)}"

    def redeem(self, answer: dict[str, str]) -> str:
        """RFC 6749 §4.1.3: turn an answer into a page that says how it ended."""
        verifier = self._waiting.pop(answer.get("state", ""), None)
        if verifier is None:
            return _page("refused", error="state")
        if "error" in answer:
            return _page("refused", error=answer["error"])
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": f"{self.base}/callback",
            "code_verifier": verifier,
        }
        tokens = self._posted(form)
        self.id_token = str(tokens["id_token"])
        self.access_token = str(tokens["access_token"])
        claims = self._userinfo(self.access_token) | _payload(self.id_token)
        return _page("signed-in", **{k: _text(v) for k, v in claims.items()})

    def ticket_for(self, audience: str) -> str:
        """RFC 8693 §2.1: return a ticket that hands the visitor over to another."""
        form = {
            "grant_type": EXCHANGE,
            "subject_token": self.access_token,
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "requested_token_type": "urn:trusthub:token-type:transfer-ticket",
            "audience": audience,
        }
        return str(self._posted(form)["access_token"])

    def _posted(self, form: dict[str, str]) -> dict[str, object]:
        basic = urllib3.make_headers(basic_auth=f"{self.client_id}:{self.secret}")
        reply = HTTP.request_encode_body(
            "POST",
            f"{self.issuer}/oauth2/token",
            form,
            headers=dict(basic),
            encode_multipart=False,
        )
        return dict(reply.json())

    def _userinfo(self, token: str) -> dict[str, object]:
        bearer = {"Authorization": f"Bearer {token}"}
        reply = HTTP.request("GET", f"{self.issuer}/oidc/userinfo", headers=bearer)
        return dict(reply.json())


@contextmanager
def relying_party(
    house: House,
    client_id: str,
    *,
    shows_itself: bool = False,
    oidc: Mapping[str, object] | None = None,
    **more: object,
) -> Iterator[RelyingParty]:
    """Register a relying party at the house and serve it on a free port.

    ``oidc`` and ``more`` are as for `House.client`. ``shows_itself``: it names a picture,
    a policy and terms (RFC 7591 §2).
    """
    base = f"http://localhost:{free_port()}"
    pages = {name: f"{base}{path}" for name, path in PAGES.items()} if shows_itself else {}
    party = RelyingParty(house.issuer, client_id, base)
    party.secret = house.client(client_id, base, oidc, **pages, **more)
    with served(party):
        if shows_itself:
            house.operator().post(f"/clients/{client_id}/pictures", {})
        yield party


@contextmanager
def served(party: RelyingParty) -> Iterator[None]:
    """Serve a relying party until the end of the block."""
    port = int(party.base.rpartition(":")[2])
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(party))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(party: RelyingParty) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            query = dict(urllib.parse.parse_qsl(parts.query))
            if parts.path == "/start":
                self.send_response(303)
                self.send_header("Location", party.authorize(query))
                self.end_headers()
            elif parts.path == "/callback":
                self._send(HTML, party.redeem(query).encode())
            else:
                self._send(*PUBLISHED.get(parts.path, AT_HOME))

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(size).decode()
            if self.path == "/callback":
                page = party.redeem(dict(urllib.parse.parse_qsl(body)))
                self._send(HTML, page.encode())
                return
            if party.deaf:
                self.send_error(503)
                return
            party.told.append(body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, media_type: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
            """Keep the test's output clean."""

    return Handler


def _page(identifier: str, **values: str) -> str:
    kept = "".join(
        f' data-{k.replace("_", "-")}="{html.escape(v)}"' for k, v in values.items()
    )
    return (
        f'<!doctype html><title>{identifier}</title><main id="{identifier}"{kept}></main>'
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _payload(token: str) -> dict[str, object]:
    body = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
