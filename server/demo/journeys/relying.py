"""Being an application for a moment: registered, signed in at, asking for tokens."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import urllib3

from server.demo.journeys.browser import Browser, Lost, Page
from server.demo.journeys.world import World, agree, require
from server.demo.registration import Registration

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON answer of the hub."""

    status: int
    body: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return a member that is text.

        Raises:
            Lost: it is not there; says what was answered instead.
        """
        value = self.body.get(name)
        if not isinstance(value, str):
            raise Lost(f"no {name} in {self.status} {self.said}")
        return value

    @property
    def identity(self) -> Mapping[str, object]:
        """What the ID token says.

        It came from the token endpoint itself, so its signature is not checked (OIDC Core
        §3.1.3.7 no. 6).
        """
        payload = self.text("id_token").split(".")[1]
        said: Mapping[str, object] = json.loads(base64.urlsafe_b64decode(f"{payload}=="))
        return said

    @property
    def said(self) -> str:
        """The error code, or the names of the members."""
        return str(self.body.get("error") or ", ".join(self.body))


@dataclass(frozen=True, slots=True)
class Begun:
    """A request under way: where the browser is sent, and what only we know."""

    address: str
    verifier: str = field(repr=False)
    state: str


@dataclass(frozen=True, slots=True)
class Application:
    """A confidential relying party of a journey; ``base`` is its own address."""

    world: World
    client: str
    base: str
    secret: str = field(repr=False)

    @classmethod
    def registered(
        cls, world: World, body: Mapping[str, object], base: str
    ) -> "Application":
        """Register it at the hub, or find it there."""
        nation, client = world.place("national"), str(body["client_id"])
        operator = world.officials["national"].first
        secret = Registration(world.map).client(nation, operator, body, f"client-{client}")
        return cls(world, client, base, secret)

    @property
    def issuer(self) -> str:
        """The hub it relies on."""
        return self.world.place("national").issuer

    @property
    def redirect_uri(self) -> str:
        """Where answers come back."""
        return f"{self.base}/callback"

    def begin(self, scope: str = "openid", **more: str) -> Begun:
        """Draw what makes one request ours alone (RFC 7636 §4.1, RFC 6749 §10.12)."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": self.redirect_uri,
            "scope": scope,
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **more,
        }
        address = f"{self.issuer}/oauth2/authorize?{urlencode(asked)}"
        return Begun(address, verifier, asked["state"])

    def finish(self, begun: Begun, come: str) -> Reply:
        """Turn the address that came back into tokens (RFC 6749 §4.1.3, RFC 9207 §2.4).

        Raises:
            Lost: it is no answer to this request, or no tokens came.
        """
        answer = {n: v[0] for n, v in parse_qs(urlsplit(come).query).items()}
        if "code" not in answer:
            raise Lost(f"no code: {answer.get('error')}")
        told = (answer.get("state"), answer.get("iss"))
        require(told == (begun.state, self.issuer), "the answer is of another request")
        reply = self.token(
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=self.redirect_uri,
            code_verifier=begun.verifier,
        )
        require(reply.status == _OK, f"token endpoint: {reply.status} {reply.said}")
        return reply

    def sign_in(self, browser: Browser, scope: str = "openid", **more: str) -> Reply:
        """Let somebody who is signed in at the hub use it; return the tokens.

        Raises:
            Lost: no code or no tokens came.
        """
        begun = self.begin(scope, **more)
        return self.finish(begun, come_back(browser, begun.address, self.base))

    def token(self, **form: str) -> Reply:
        """Ask at the token endpoint."""
        return self.post("/oauth2/token", **form)

    def post(self, path: str, **form: str) -> Reply:
        """Post a form in its own name (RFC 6749 §2.3.1)."""
        basic = urllib3.make_headers(basic_auth=f"{self.client}:{self.secret}")
        reply = self.world.stage.pool.request(
            "POST",
            f"{self.issuer}{path}",
            body=urlencode(form),
            headers={**basic, **_FORM},
        )
        return Reply(reply.status, reply.json() if reply.data else {})

    def userinfo(self, access_token: str) -> Reply:
        """Ask at userinfo (OIDC Core §5.3)."""
        return about(self.world, access_token)


def about(world: World, access_token: str) -> Reply:
    """Return what userinfo tells whoever holds a token."""
    reply = world.stage.pool.request(
        "GET",
        f"{world.place('national').issuer}/oidc/userinfo",
        headers={"Authorization": f"Bearer {access_token}"},
    )
    return Reply(reply.status, reply.json() if reply.data else {})


def come_back(browser: Browser, address: str, base: str) -> str:
    """Go to an address, agree to what is asked; return where the application gets it.

    Raises:
        Lost: it does not come back.
    """
    browser.apps.add(base)
    page = agree(browser, browser.open(address))
    require(page.url.startswith(base), f"not back at {base} but at {page.described}")
    return page.url


def settled(browser: Browser, page: Page, patience_s: float) -> Page:
    """Say yes at the sign-out page, and stay until it says how it went.

    Its frames are loaded, and it is opened anew wherever it would go on by itself.

    Raises:
        Lost: it still waits after that time.
    """
    until = time.monotonic() + patience_s
    while page.has("logout-waiting") or page.has("logout-confirm"):
        if time.monotonic() > until:
            raise Lost(f"still waiting at {page.described}")
        if page.has("logout-confirm"):
            page = browser.press(page, "logout-confirm")
            continue
        browser.load_frames(page)
        time.sleep(1.0)
        page = browser.open(page.onward or page.url)
    return page
