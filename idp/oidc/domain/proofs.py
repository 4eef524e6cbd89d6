"""DPoP proofs as values, and addresses in the one spelling in which they are compared."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from kernel.proof.jose import VerifiedClaims

_REMEMBERED: Final = 256
_PORTS: Final = {"http": 80, "https": 443}
_ESCAPED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")
_WRITTEN: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
"""RFC 3986 §2: what an address is written with; `urlsplit` drops blanks and line ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A DPoP proof under the signature of its own key, and what it is held against.

    Attributes:
        jkt: thumbprint of the key (RFC 7638).
        method, addresses: of the request it came with; one place may have two addresses.
        token: the access token it came with; None: at an endpoint that issues them.
        nonces: those that count now, the newest first; empty: none is asked for.
    """

    claims: VerifiedClaims
    jkt: str
    method: str
    addresses: frozenset[str]
    now: datetime
    token: str | None = None
    nonces: tuple[str, ...] = ()


@lru_cache(maxsize=_REMEMBERED)
def addresses_of(bases: tuple[str, ...], path: str) -> frozenset[str]:
    """Return the addresses of one path below ``bases``, each in its one spelling."""
    return frozenset(plain_address(base + path) for base in bases)


@lru_cache(maxsize=_REMEMBERED)
def stated_address(htu: str) -> str:
    """Return the one spelling of an address that a proof states.

    Raises:
        ValueError: it is none, or holds what no address is written with.
    """
    if not _WRITTEN.fullmatch(htu):
        msg = "not an address"
        raise ValueError(msg)
    return plain_address(htu)


def plain_address(uri: str) -> str:
    """Return an http(s) address without query and fragment, in its one spelling.

    RFC 9449 §4.3: as RFC 3986 §6.2.2 and §6.2.3 normalise it. The path keeps its case and
    its last slash.

    Raises:
        ValueError: it is no such address, or names a user.
    """
    parts = urlsplit(uri)
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        msg = "not an http address"
        raise ValueError(msg)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    named = parts.port not in (None, _PORTS[parts.scheme])
    port = f":{parts.port}" if named else ""
    return f"{parts.scheme}://{host}{port}{_without_dots(_escaped_least(parts.path))}"


def _escaped_least(path: str) -> str:
    """RFC 3986 §6.2.2.1, §6.2.2.2: escapes in upper case, and none that is not needed."""

    def one(found: re.Match[str]) -> str:
        meant = chr(int(found[1], 16))
        return meant if _UNRESERVED.fullmatch(meant) else found[0].upper()

    return _ESCAPED.sub(one, path)


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4, §6.2.3: dot segments removed; an empty path is ``/``."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
