"""One browser at one relying party: asks, fills in pages, brings back the answer."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import urlencode, urlsplit

from tests.attacks.browser import CHALLENGE, Browser, hidden_fields, query_of
from tests.attacks.house import ISSUER, PASSWORD, Answer
from tests.flows.openid.relying_party import RelyingParty

_FORM: Final = re.compile(r"<form[^>]*>")
_ACTION: Final = re.compile(r'action="([^"]*)"')
_LONGEST_WALK: Final = 12
USERNAME: Final = "openid-person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What came back to the relying party.

    Attributes:
        address: where it came, without the query.
        by: ``query``, or ``form_post`` where a form of ours brought it.
        shown: the forms that somebody filled in on the way.
    """

    address: str
    parameters: Mapping[str, str]
    asked: Mapping[str, str]
    by: str = "query"
    shown: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Return the code, which must be there."""
        assert "code" in self.parameters, dict(self.parameters)
        return self.parameters["code"]


@dataclass(slots=True)
class Visit:
    """One person's browser, and the relying party it comes from."""

    browser: Browser
    party: RelyingParty
    mode: str | None = None
    shown: list[str] = field(default_factory=list)

    def request(self, **asked: str | None) -> dict[str, str]:
        """Return the request of the suite: random state and nonce; None leaves one out."""
        said: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.party.id,
            "redirect_uri": self.party.redirect_uri,
            "scope": self.party.scope,
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            "response_mode": self.mode,
            **(_challenge() if self.party.with_challenge else {}),
            **asked,
        }
        return {name: value for name, value in said.items() if value is not None}

    def ask(self, **asked: str | None) -> Back:
        """Send a request by GET and walk until something comes back."""
        request = self.request(**asked)
        return self.back(request, self.get(request))

    def get(self, request: Mapping[str, str]) -> Answer:
        """Send a request by GET; return the first answer."""
        return self.browser.get(f"/oauth2/authorize?{urlencode(request)}")

    def post(self, request: Mapping[str, str]) -> Answer:
        """Send a request by POST, as from another site; return the first answer."""
        return self.browser.post("/oauth2/authorize", request)

    def back(self, request: Mapping[str, str], answer: Answer) -> Back:
        """Fill in every page until the house sends the browser away."""
        self.shown.clear()
        address = "/oauth2/authorize"
        for _ in range(_LONGEST_WALK):
            if answer.status in {302, 303}:
                if not _is_ours(answer.location):
                    return self._away(request, answer.location)
                address = answer.location
                answer = self.browser.get(address)
            elif (action := posting_away(answer)) is not None:
                return self._posted(request, action, answer)
            else:
                answer = self._filled_in(answer, address)
        raise AssertionError(answer.text)

    def stops(self, answer: Answer) -> str:
        """Follow redirects of ours; return the code of the error page it ends on."""
        while answer.status in {302, 303}:
            assert _is_ours(answer.location), answer.location
            answer = self.browser.get(answer.location)
        assert 400 <= answer.status < 500, answer
        assert posting_away(answer) is None, answer.text
        mark = '<main id="error" data-code="'
        assert mark in answer.text, answer.text
        return answer.text.partition(mark)[2].partition('"')[0]

    def _away(self, request: Mapping[str, str], location: str) -> Back:
        parts = urlsplit(location)
        kept = urlsplit(request.get("redirect_uri", "")).query
        came = query_of(location)
        registered = query_of(f"?{kept}")
        assert registered.items() <= came.items(), location
        answer = {name: value for name, value in came.items() if name not in registered}
        plain = location.partition("?")[0] + (f"?{kept}" if kept else "")
        assert not parts.fragment, location
        return Back(
            address=plain, parameters=answer, asked=request, shown=tuple(self.shown)
        )

    def _posted(self, request: Mapping[str, str], action: str, answer: Answer) -> Back:
        """CheckCallbackHttpMethodIsPost, CheckCallbackContentTypeIsFormUrlEncoded."""
        assert answer.status == 200, answer
        (form,) = (tag for tag in _FORM.findall(answer.text) if action in unescape(tag))
        assert 'method="post"' in form
        assert "enctype" not in form
        return Back(
            address=action,
            parameters=hidden_fields(answer.text),
            asked=request,
            by="form_post",
            shown=tuple(self.shown),
        )

    def _filled_in(self, answer: Answer, address: str) -> Answer:
        fields = hidden_fields(answer.text)
        if 'id="login-form"' in answer.text:
            self.shown.append("login")
            fields |= {"username": USERNAME, "password": PASSWORD}
            return self.browser.post(address, fields)
        if 'id="consent-form"' in answer.text:
            self.shown.append("consent")
            return self.browser.post(address, {**fields, "decision": "allow"})
        raise AssertionError(answer.text)


def posting_away(answer: Answer) -> str | None:
    """Return where a form of the page posts to, if that is not us."""
    for form in _FORM.findall(answer.text):
        action = _ACTION.search(form)
        if action and not _is_ours(unescape(action[1])):
            return unescape(action[1])
    return None


def _challenge() -> dict[str, str | None]:
    return {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def _is_ours(address: str) -> bool:
    return address.startswith(("/", ISSUER, "?"))
