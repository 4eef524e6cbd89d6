"""Cookies of pages: bound to one installation, out of reach of scripts."""

from datetime import timedelta
from typing import Final

from werkzeug.http import dump_cookie, parse_cookie

from kernel.infra.pages.settings import PagesSettings

LANGUAGE: Final = "language"
ELDER: Final = "elder"
A_YEAR: Final = timedelta(days=365)


def set_cookie(
    settings: PagesSettings, purpose: str, value: str, lifetime: timedelta | None = None
) -> str:
    """Return a ``Set-Cookie`` value: HttpOnly, SameSite=Lax, ``Secure`` over https.

    Lax and not Strict: a person who arrives from a relying party must be known.

    Args:
        settings: gives the name and whether we are behind https.
        purpose: what it is for; part of the name.
        value: cookie octets.
        lifetime: how long the browser keeps it; None until it is closed.

    Source: RFC 6265bis §4.1.2.
    """
    return dump_cookie(
        settings.cookie_name(purpose),
        value,
        max_age=lifetime,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(settings: PagesSettings, purpose: str) -> str:
    """Return a ``Set-Cookie`` value that makes the browser forget the cookie."""
    return set_cookie(settings, purpose, "", timedelta(0))


def read_cookie(settings: PagesSettings, purpose: str, header: str) -> str:
    """Return the value of our cookie in a ``Cookie`` header, or ""."""
    return parse_cookie(header).get(settings.cookie_name(purpose), "")
