"""A browser without script, in process: cookies, hidden fields, redirects in the house."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.attacks.house import BACK, ISSUER, PASSWORD, Answer, House, Registered

VERIFIER: Final = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE: Final = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
_HIDDEN: Final = re.compile(r"<input[^>]*type=\"?hidden\"?[^>]*>")
_ATTRIBUTE: Final = re.compile(r"(\w+)=\"([^\"]*)\"")


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page, by name."""
    found: dict[str, str] = {}
    for tag in _HIDDEN.findall(page):
        said = dict(_ATTRIBUTE.findall(tag))
        found[said.get("name", "")] = unescape(said.get("value", ""))
    return found


def query_of(address: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@dataclass(slots=True)
class Browser:
    """One person's browser; ``decision`` is their answer where consent is asked."""

    house: House
    jar: dict[str, str] = field(default_factory=dict)
    decision: str = "allow"

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for an address of the house, by GET."""
        parts = urlsplit(address.removeprefix(ISSUER))
        said = {**self._cookies(), **(headers or {})}
        return self._keep(
            self.house.ask("GET", parts.path, query=parts.query, headers=said)
        )

    def post(
        self,
        address: str,
        fields: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Post a form to an address of the house."""
        parts = urlsplit(address.removeprefix(ISSUER))
        said = {
            "Content-Type": "application/x-www-form-urlencoded",
            **self._cookies(),
            **(headers or {}),
        }
        return self._keep(
            self.house.ask(
                "POST",
                parts.path,
                query=parts.query,
                headers=said,
                body=urlencode(fields).encode(),
            )
        )

    def _cookies(self) -> dict[str, str]:
        if not self.jar:
            return {}
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in self.jar.items())}

    def _keep(self, answer: Answer) -> Answer:
        for cookie in answer.all("Set-Cookie"):
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0]
            if value:
                self.jar[name] = value
            else:
                self.jar.pop(name, None)
        return answer

    def authorize(self, client: Registered, **asked: str) -> Answer:
        """Begin the code flow of a relying party."""
        return self.get(f"/oauth2/authorize?{urlencode(request_of(client, **asked))}")

    def sign_in(self, client: Registered, username: str, **asked: str) -> str:
        """Walk a whole sign-in and return the address it ends at, outside the house."""
        return self.walk(self.authorize(client, **asked), username)

    def walk(self, answer: Answer, username: str) -> str:
        """Answer every page until the house sends the browser away, or is done with it."""
        for _ in range(12):
            if answer.status in {302, 303}:
                if not _is_ours(answer.location):
                    return answer.location
                address = answer.location
                answer = self.get(address)
                continue
            if 'id="device-allowed"' in answer.text:
                return address
            answer = self._fill_in(answer, address, username)
        raise AssertionError(answer.text)

    def _fill_in(self, answer: Answer, address: str, username: str) -> Answer:
        fields = hidden_fields(answer.text)
        if 'id="login-form"' in answer.text:
            fields |= {"username": username, "password": PASSWORD}
            return self.post(address, fields)
        if 'id="consent-form"' in answer.text:
            return self.post(address, {**fields, "decision": self.decision})
        raise AssertionError(answer.text)


def _is_ours(address: str) -> bool:
    return address.startswith(("/", ISSUER))


def request_of(client: Registered, **asked: str) -> dict[str, str]:
    """Return an authorization request of ``client`` (RFC 6749 §4.1.1, RFC 7636 §4.3)."""
    said = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": BACK,
        "scope": "openid",
        "state": "af0ifjsldkj",
        "nonce": "n-0S6_WzA2Mj",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **asked,
    }
    return {name: value for name, value in said.items() if value}


def code_of(address: str) -> str:
    """Return the code that came back."""
    assert address.startswith(BACK), address
    return query_of(address)["code"]


def redeem(house: House, client: Registered, code: str) -> Answer:
    """Redeem a code (RFC 6749 §4.1.3)."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return house.form("/oauth2/token", fields, client.basic)


def refresh(house: House, client: Registered, token: str) -> Answer:
    """Redeem a refresh token (RFC 6749 §6)."""
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    return house.form("/oauth2/token", fields, client.basic)
