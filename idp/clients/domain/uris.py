"""Addresses a browser may be sent to."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit

from idp.clients.errors import RedirectUriRefused, SectorMissing

LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LOOPBACK_ADDRESSES: Final = frozenset({"127.0.0.1", "::1"})
_URI_LIMIT_CHARACTERS: Final = 512
_URI_CHARACTERS: Final = re.compile(r"[A-Za-z0-9._~:/?\[\]!$&'()*+,;=%-]+")
_PUBLIC: Final = re.compile(r"[A-Za-z0-9._~:/\[\]*+-]{1,160}")
_AUTHORITY: Final = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_PRIVATE_USE_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+")


class RedirectKind(StrEnum):
    """Where an answer goes (RFC 8252 §7): by which a profile allows it or not."""

    HTTPS = "https"
    LOOPBACK = "loopback"
    LOCALHOST = "localhost"
    PRIVATE_USE = "private-use"


@dataclass(frozen=True, slots=True)
class RedirectUri:
    """An absolute URI a browser may be sent to; compared by code point, as it is."""

    text: str

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Read a URI: https, http to the own machine, or an app's reverse-domain scheme.

        Raises:
            RedirectUriRefused: fragment, user part, other scheme, or strange characters.

        Source: RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.6.
        """
        if len(raw) > _URI_LIMIT_CHARACTERS or not _URI_CHARACTERS.fullmatch(raw):
            raise RedirectUriRefused(
                f"a sign that is not taken (a fragment, for one), or more than "
                f"{_URI_LIMIT_CHARACTERS} of them"
            )
        parts = _split(raw)
        if not (_is_web(parts) or _is_private_use(parts, raw)):
            raise RedirectUriRefused(_why_not(parts))
        return cls(raw)

    @property
    def authority(self) -> str:
        """Host, and port where one is named; empty for a private-use scheme."""
        return urlsplit(self.text).netloc

    @property
    def names_loopback_address(self) -> bool:
        """Whether it is http to a loopback address: its port is free (RFC 8252 §7.3)."""
        parts = urlsplit(self.text)
        return parts.scheme == "http" and parts.hostname in _LOOPBACK_ADDRESSES

    @property
    def kind(self) -> RedirectKind:
        """Where it leads: RFC 8252 §7.1 to §7.3, and §8.3 for the name localhost."""
        scheme = urlsplit(self.text).scheme
        if scheme == "https":
            return RedirectKind.HTTPS
        if scheme != "http":
            return RedirectKind.PRIVATE_USE
        loopback = self.names_loopback_address
        return RedirectKind.LOOPBACK if loopback else RedirectKind.LOCALHOST

    def without_port(self) -> str:
        """Return the URI with the port left out, and nothing else changed."""
        parts = urlsplit(self.text)
        host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
        return self.text.replace(parts.netloc, host, 1)


def public_part(uri: str) -> str:
    """Return what of an address can be told; "" if nothing.

    A user part or a query may hold a secret (RFC 3986 §3.2.1, §3.4); and what is no
    address may hold anything.
    """
    before = re.split(r"[?#]", uri, maxsplit=1)[0]
    return before if _PUBLIC.fullmatch(before) else ""


def _why_not(parts: SplitResult) -> str:
    """Say in words which of the two rules below an address breaks."""
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        return "http leads to localhost, 127.0.0.1 or [::1] only; take https"
    if parts.scheme in ("http", "https"):
        return "its host is not one plain name in lower case, without user part or wildcard"
    return "neither https nor a reverse domain name of an app, as in com.example.app:/back"


def _split(raw: str) -> SplitResult:
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError as cause:
        raise RedirectUriRefused("not a URI") from cause
    return parts


def _is_web(parts: SplitResult) -> bool:
    """RFC 9700 §4.1: one plain host; a wildcard or a sign that ends it early is none."""
    host = parts.hostname or ""
    if host.endswith(".") or not _AUTHORITY.fullmatch(parts.netloc):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)


def _is_private_use(parts: SplitResult, raw: str) -> bool:
    """RFC 8252 §7.1: a reverse domain name, then one slash."""
    named = _PRIVATE_USE_SCHEME.fullmatch(raw.partition(":")[0]) is not None
    return named and not parts.netloc and parts.path.startswith("/")


def sector_of(redirect_uris: tuple[RedirectUri, ...]) -> str:
    """Return the sector of a client that names none: the one authority it redirects to.

    OIDC Core §8.1 speaks of the host; we count the port in, so that two applications on
    one host are told different subjects unless they ask to share them. The scheme of an
    app and an address of the own machine are anybody's to take (RFC 8252 §8.6): who is
    answered there shares no sector by it, and has its own (empty).

    Raises:
        SectorMissing: there are several.
    """
    if any(uri.kind is not RedirectKind.HTTPS for uri in redirect_uris):
        return ""
    authorities = {uri.authority for uri in redirect_uris}
    if len(authorities) > 1:
        raise SectorMissing("redirect_uris: one host, or a sector_identifier_uri")
    return authorities.pop() if authorities else ""
