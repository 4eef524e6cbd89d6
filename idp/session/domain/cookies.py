"""Names of the cookies of this installation."""

from typing import Final

BROWSER_COOKIE: Final = "browser"
"""Purpose of the cookie that stands for one browser; `kernel.infra.pages` sets it too."""
SESSION_COOKIE: Final = "session"
"""Purpose of the session cookie."""


def cookie_name(instance: str, purpose: str, *, secure: bool) -> str:
    """Return the name of a cookie of this installation, as `PagesSettings` builds it.

    Installations share a host name in the demo, and ports do not separate cookies
    (RFC 6265 §8.5). Source: RFC 6265bis §4.1.3.2 for ``__Host-``.
    """
    name = f"trusthub-{instance}-{purpose}"
    return f"__Host-{name}" if secure else name


def session_cookie_name(instance: str, *, secure: bool) -> str:
    """Return the name of the session cookie."""
    return cookie_name(instance, SESSION_COOKIE, secure=secure)


def browser_cookie_name(instance: str, *, secure: bool) -> str:
    """Return the name of the browser cookie."""
    return cookie_name(instance, BROWSER_COOKIE, secure=secure)
