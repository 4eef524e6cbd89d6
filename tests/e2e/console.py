"""The console beside the house, an operator who is signed in, and an applicant."""

import json
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import urllib3
from joserfc import jws
from joserfc.jwk import ECKey

from tests.e2e.house import ENDS_WITHIN_S, HTTP, READY_WITHIN_S, Citizen, House, free_port
from tests.e2e.visitor import Visitor

CLIENT: Final = "portal-console"
_PORTAL: Final = """
[[portals]]
name = "console"
kind = "console"
title_zh = "信任服务控制台（演示）"
title_en = "Trust service console (demo)"
base_url = "{base}"
port = {port}
issuer = "{issuer}"
client_id = "portal-console"
client_secret_file = "secrets/client-console"
session_secret_file = "secrets/session-console"
"""
_GRANTED: Final = [
    "openid", "profile", "members:read", "members:write", "clients:read", "clients:write"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Console:
    """A running console of the house."""

    house: House
    base: str

    def page(self, path: str) -> str:
        """Return the address of a page."""
        return f"{self.base}{path}"

    def operator(self) -> Citizen:
        """Enter somebody at level 3 with the role of an operator."""
        citizen = self.house.proofed(3, name="陆成宇")
        self.house.operator().post(f"/people/{citizen.id}/roles", {"roles": ["operator"]})
        return citizen

    def signs_in(self, visitor: Visitor, citizen: Citizen) -> None:
        """Go from the entrance through the hub to the queue."""
        visitor.opens(self.page("/"))
        visitor.presses("#go-sign-in >> nth=-1")
        visitor.signs_in(citizen)
        visitor.arrives("#code-form")
        visitor.enters_code(citizen.code())
        visitor.arrives("#notice-continue, #nav-proposals")
        if visitor.page.query_selector("#notice-continue"):
            visitor.presses("#notice-continue")
        visitor.arrives("#nav-proposals")


@contextmanager
def console(house: House) -> Iterator[Console]:
    """Register a console at the house and run it as its own process."""
    port = free_port()
    base = f"http://localhost:{port}"
    _register(house, base)
    settings = house.folder / "console.toml"
    text = (house.folder / "settings.toml").read_text(encoding="utf-8")
    portal = _PORTAL.format(base=base, port=port, issuer=house.issuer)
    settings.write_text(text + portal, encoding="utf-8")
    program = str(Path(sys.executable).with_name("trusthub"))
    with (house.folder / "console.log").open("wb") as log:
        child = subprocess.Popen(  # noqa: S603  our own program
            [program, "portals", "--settings", settings, "--only", "console"],
            stdout=log,
            stderr=log,
        )
    try:
        _await(base, house.folder / "console.log")
        yield Console(house, base)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(ENDS_WITHIN_S)


def _register(house: House, base: str) -> None:
    oidc = {
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [f"{base}/callback"],
        "post_logout_redirect_uris": [f"{base}/signed-out"],
        "backchannel_logout_uri": f"{base}/backchannel-logout",
        "scopes": _GRANTED,
    }
    claims = [{"name": "name", "basis": "statutory"}]
    secret = house.client(CLIENT, base, oidc=oidc, claims=claims)
    folder = house.folder / "secrets"
    (folder / "client-console").write_text(secret + "\n", encoding="utf-8")
    (folder / "session-console").write_text(secrets.token_urlsafe(32), encoding="utf-8")


def _await(base: str, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        try:
            if HTTP.request("GET", f"{base}/").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.2)
    raise TimeoutError(log.read_text(encoding="utf-8")[-4000:])


@dataclass(frozen=True, slots=True)
class Applicant:
    """A system that publishes its own Entity Configuration."""

    house: House
    entity_id: str
    key: ECKey

    @property
    def jwks(self) -> dict[str, object]:
        """The public keys it hands in."""
        return {"keys": [self.key.as_dict(private=False)]}

    def configuration(self) -> str:
        """OpenID Federation 1.0 §3: sign what it says of itself."""
        now = int(time.time())
        claims = {
            "iss": self.entity_id,
            "sub": self.entity_id,
            "iat": now,
            "exp": now + 86_400,
            "jwks": self.jwks,
            "authority_hints": [f"{self.house.issuer}/trust"],
            "metadata": {
                "openid_relying_party": {
                    "redirect_uris": [f"{self.entity_id}/callback"],
                    "client_registration_types": ["automatic"],
                    "response_types": ["code"],
                }
            },
        }
        header = {"alg": "ES256", "typ": "entity-statement+jwt", "kid": self.key.kid}
        return jws.serialize_compact(header, json.dumps(claims), self.key, ["ES256"])


@contextmanager
def applicant(house: House) -> Iterator[Applicant]:
    """Serve an applicant's Entity Configuration on a free port."""
    port = free_port()
    key = ECKey.generate_key("P-256", {"kid": "rp-1", "use": "sig", "alg": "ES256"})
    one = Applicant(house, f"http://localhost:{port}", key)

    class Endpoint(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = one.configuration().encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/entity-statement+jwt")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Endpoint)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
