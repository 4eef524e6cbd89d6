"""The headers every page carries: what a browser may do with it, and may not.

Form posts and redirects. Chromium applies ``form-action`` to every redirect that follows a
form post (seen with Chromium 156: a post answered by 303 to another origin is blocked).
A sign-in ends in just such a redirect, and the relying party may redirect further. Naming
every origin of such a chain is impossible and ``https:`` would let an injected form send a
password anywhere. So pages keep ``form-action 'self'``, and a post that leads away is
answered by ``departure``: a page that moves on by itself, without script, as a navigation
of its own; programs that are not browsers get a plain 303.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from kernel.entropy import Entropy, token

_SCRIPT_SCHEMES: Final = frozenset(
    {"javascript", "data", "vbscript", "blob", "file", "about", "view-source"}
)
_PLAIN_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.:_\[\]-]+")
_TWO_YEARS_S: Final = 63_072_000
_NO_FEATURES: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "browsing-topics", "camera",
        "display-capture", "geolocation", "gyroscope", "hid", "local-fonts", "magnetometer",
        "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip

FIXED_HEADERS: Final[Mapping[str, str]] = MappingProxyType({
    "Referrer-Policy": "same-origin",  # "no-referrer" turns our own posts' Origin to null
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _NO_FEATURES,
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Openings:
    """What one answer may reach besides our own origin: CSP source expressions.

    Attributes:
        forms: where its forms may lead.
        frames: what it may frame (front-channel sign-out).
    """

    forms: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()

    def and_also(self, other: "Openings") -> "Openings":
        """Return both together."""
        return Openings(self.forms + other.forms, self.frames + other.frames)


CLOSED: Final = Openings()


def fresh_nonce(entropy: Entropy) -> str:
    """CSP 3 §2.3.1: at least 128 unpredictable bits, new for every answer."""
    return token(entropy, 16)


def origin_of(url: str) -> str:
    """Return the origin of an absolute http(s) URL, as a CSP source.

    Raises:
        ValueError: the URL is relative, of another scheme, or breaks out of the header.
    """
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        msg = "not an absolute http(s) URL"
        raise ValueError(msg)
    if not _PLAIN_ORIGIN.fullmatch(origin):
        msg = "not a plain origin"
        raise ValueError(msg)
    return origin


def content_security_policy(nonce: str, openings: Openings = CLOSED) -> str:
    """CSP 3 §6: nothing by default; scripts and styles only with this answer's nonce."""
    allowed = {
        "default-src": "'none'",
        "script-src": f"'nonce-{nonce}'",
        "style-src": f"'nonce-{nonce}'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": " ".join(("'self'", *openings.forms)),
        "frame-src": " ".join(openings.frames) or "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in allowed.items())


def security_headers(
    nonce: str, *, secure: bool, openings: Openings = CLOSED
) -> dict[str, str]:
    """Return every protective header of one page."""
    headers = {
        "Content-Security-Policy": content_security_policy(nonce, openings),
        **FIXED_HEADERS,
    }
    if secure:  # RFC 6797 §7.2: not over http
        headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS_S}; includeSubDomains"
    return headers


def may_be_left_for(address: str) -> None:
    """Refuse addresses that run in our origin or that nobody can follow.

    Native applications have schemes of their own (RFC 8252 §7.1), so any other is allowed;
    which address a relying party may name is its registration's rule, not ours.

    Raises:
        ValueError: a scripting scheme, a control sign, or no scheme and no path.
    """
    if any(sign <= " " for sign in address):
        msg = "an address has no blanks and no control signs"
        raise ValueError(msg)
    scheme = urlsplit(address).scheme
    local = address.startswith("/") and not address.startswith(("//", "/\\"))
    if scheme in _SCRIPT_SCHEMES or not (scheme or local):
        msg = "not an address to leave for"
        raise ValueError(msg)
