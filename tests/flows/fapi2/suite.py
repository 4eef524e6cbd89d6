"""The suite: a client of the profile, by private_key_jwt and DPoP or by mutual TLS."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from idp.session.domain import Session
from kernel.ids import ClientId
from kernel.proof.jose import to_base64url
from kernel.web import Reply
from tests.flows.fapi2.answers import BACK, back, told
from tests.unit.idp.oidc.house import FORM_HEADER, ISSUER, Browser, House
from tests.unit.idp.oidc.joined import BEARER
from tests.unit.idp.oidc.sending import Holder
from tests.unit.kernel.proof.signers import Signer, signer

VERIFIER: Final = "fapi-" * 10
USERINFO: Final = "/oidc/userinfo"
TOKEN: Final = "/oauth2/token"
PAR: Final = "/oauth2/par"
_DOUBLED: Final = ("response_type", "scope", "redirect_uri")
_count: Final = iter(range(1_000_000))


@dataclass(frozen=True)
class Party:
    """One client of the profile, and all it proves itself with."""

    house: House
    id: ClientId
    by_certificate: bool
    key: Signer = field(default_factory=lambda: signer("ES256", "fapi"))
    certificate: bytes | None = None
    sessions: dict[int, Session] = field(default_factory=dict, repr=False)

    @property
    def holder(self) -> Holder:
        return Holder(self.house, signer("ES256", f"dpop of {self.id}"))

    @property
    def now(self) -> int:
        return int(self.house.around.clock().timestamp())

    def assertion(self, key: Signer | None = None, /, **bent: object) -> str:
        """Return an assertion for the issuer; None leaves a claim out."""
        said: dict[str, object] = {
            "iss": self.id,
            "sub": self.id,
            "aud": ISSUER,
            "jti": f"assertion-{next(_count)}",
            "iat": self.now,
            "exp": self.now + 60,
            **bent,
        }
        by = key or self.key
        kept = {name: value for name, value in said.items() if value is not None}
        return by.token(by.header("JWT"), kept)

    def proven(self, assertion: str | None = None) -> dict[str, str]:
        """Return the fields by which it proves itself."""
        if self.by_certificate:
            return {"client_id": str(self.id)}
        shown = self.assertion() if assertion is None else assertion
        return {"client_assertion_type": BEARER, "client_assertion": shown}

    def post(self, path: str, form: Mapping[str, str], proof: str | None = None) -> Reply:
        """Post a form with what this kind of client proves; an empty proof is left out."""
        shown = proof
        if shown is None and not self.by_certificate:
            shown = self.holder.proof(path)
        headers = {**FORM_HEADER, **({"dpop": shown} if shown else {})}
        return self.house.call(
            "POST",
            path,
            headers=headers,
            body=urlencode(form).encode(),
            certificate=self.certificate,
        )

    def request(self, **bent: str | None) -> dict[str, str]:
        """Return an authorization request; None leaves a parameter out."""
        challenge = hashlib.sha256(VERIFIER.encode()).digest()
        said: dict[str, str | None] = {
            "response_type": "code",
            "client_id": str(self.id),
            "redirect_uri": BACK,
            "scope": "openid",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": to_base64url(challenge),
            "code_challenge_method": "S256",
            **bent,
        }
        return {name: value for name, value in said.items() if value is not None}

    def push(
        self, proof: str | None = "", assertion: str | None = None, **bent: str | None
    ) -> Reply:
        """Push a request; without a DPoP proof, unless one is given (RFC 9449 §10.1)."""
        form = {**self.request(**bent), **self.proven(assertion)}
        return self.post(PAR, form, proof)

    def pushed(self, **bent: str | None) -> str:
        """Push a request; return its name."""
        return str(told(self.push(**bent))["request_uri"])

    def doubled(self, **bent: str | None) -> dict[str, str]:
        """Return what OAuth wants at the front too, though it was pushed (RFC 9101 §5)."""
        asked = self.request(**bent)
        return {name: asked[name] for name in _DOUBLED if name in asked}

    def visit(self, uri: str, browser: Browser | None = None, /, **beside: str) -> Reply:
        """Send a browser with a request_uri, as far as the answer of the person."""
        browser = browser or self.browser()
        query = {"client_id": str(self.id), "request_uri": uri, **beside}
        return self.through(browser, urlencode(query))

    def through(self, browser: Browser, query: str) -> Reply:
        """Open the authorization endpoint; agree where that is asked."""
        reply = browser.get("/oauth2/authorize", query)
        if (reply.header("Location") or "").startswith("/consent"):
            browser.agree(reply, self.sessions[id(browser)])
            reply = browser.resume(reply)
        return reply

    def front(self, **said: str) -> Reply:
        """Send a browser to the front with that and no more."""
        query = {"client_id": str(self.id), **said}
        return self.through(self.browser(), urlencode(query))

    def rejected(self, uri: str) -> Reply:
        """Send a browser with a request_uri; say No where agreeing is asked."""
        browser = self.browser()
        query = {"client_id": str(self.id), "request_uri": uri}
        reply = browser.get("/oauth2/authorize", urlencode(query))
        assert (reply.header("Location") or "").startswith("/consent")
        browser.refuse(reply, self.sessions[id(browser)])
        return browser.resume(reply)

    def browser(self) -> Browser:
        """Return the browser of somebody who is signed in."""
        return self.signed_in(Browser(self.house))

    def signed_in(self, browser: Browser) -> Browser:
        """Let somebody sign in; return their browser."""
        self.sessions[id(browser)] = browser.sign_in(self.house.a_person())
        return browser

    def nobody(self) -> Browser:
        """Return the browser of somebody who is not signed in."""
        return Browser(self.house)

    def code(self, **bent: str | None) -> str:
        """Walk from the push to a code."""
        return back(self.visit(self.pushed(**bent)))["code"]

    def redeem(
        self,
        code: str,
        proof: str | None = None,
        assertion: str | None = None,
        **bent: str | None,
    ) -> Reply:
        """Redeem a code."""
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **self.proven(assertion),
            **bent,
        }
        form = {name: value for name, value in said.items() if value is not None}
        return self.post(TOKEN, form, proof)

    def tokens(self, **bent: str | None) -> dict[str, object]:
        """Walk the whole flow."""
        return told(self.redeem(self.code(**bent)))

    def refresh(self, token: object, proof: str | None = None, **bent: str) -> Reply:
        """Ask for fresh tokens; an empty proof is left out."""
        form = {"grant_type": "refresh_token", "refresh_token": str(token), **bent}
        return self.post(TOKEN, {**form, **self.proven()}, proof)

    def use(
        self,
        token: object,
        scheme: str | None = None,
        proof: str | None = None,
        **headers: str,
    ) -> Reply:
        """Use an access token at userinfo; an empty proof is left out."""
        named = scheme or ("Bearer" if self.by_certificate else "DPoP")
        shown = proof
        if shown is None and not self.by_certificate:
            shown = self.holder.proof(USERINFO, method="GET", token=token)
        sent = {
            "authorization": f"{named} {token}",
            **({"dpop": shown} if shown else {}),
            **headers,
        }
        return self.house.call("GET", USERINFO, headers=sent, certificate=self.certificate)

    def without_certificate(self) -> "Party":
        """Return the client as it comes past mutual TLS."""
        return replace(self, certificate=None)
