"""The two cookies of a browser, as machine endpoints read and set them."""

import re
from dataclasses import dataclass
from typing import Final

from idp.oidc.flows.settle import Visitor
from idp.session.domain import browser_cookie_name, session_cookie_name
from kernel.entropy import Entropy, token
from kernel.secret import Secret
from kernel.web import Request

_BROWSER_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes of one installation's cookies."""

    instance: str
    secure: bool
    entropy: Entropy

    def visitor(self, request: Request) -> Visitor:
        """Return the browser at the door, with a browser cookie drawn if it has none."""
        known = self.browser(request)
        return Visitor(
            browser=known or Secret(token(self.entropy)),
            session=self.session(request),
            reference=request.reference or None,
            is_new=known is None,
        )

    def browser(self, request: Request) -> Secret | None:
        """Return the cookie that stands for the browser, None before its first visit."""
        name = browser_cookie_name(self.instance, secure=self.secure)
        value = request.cookies.get(name, "")
        return Secret(value) if _BROWSER_FORM.fullmatch(value) else None

    def session(self, request: Request) -> Secret | None:
        """Return the session cookie, None if there is none."""
        name = session_cookie_name(self.instance, secure=self.secure)
        value = request.cookies.get(name)
        return Secret(value) if value else None

    def remembered(self, visitor: Visitor) -> tuple[tuple[str, str], ...]:
        """Return the header that makes a new browser known; nothing for a known one."""
        if not visitor.is_new or visitor.browser is None:
            return ()
        name = browser_cookie_name(self.instance, secure=self.secure)
        secure = "; Secure" if self.secure else ""
        value = visitor.browser.reveal()
        cookie = f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"
        return (("Set-Cookie", cookie),)
