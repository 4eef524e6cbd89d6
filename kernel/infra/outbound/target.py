"""The address of a call, read strictly: what cannot be read in one way only is refused."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urljoin

from kernel.infra.outbound.addresses import Address
from kernel.infra.outbound.failures import OutboundRefused

_LONGEST: Final = 4096
_HIGHEST_PORT: Final = 65535
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_LABEL: Final = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
# No userinfo, no fragment, no backslash, no space, no percent in the host, no zone.
_URL: Final = re.compile(
    rf"(?P<scheme>https?)://"
    rf"(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])"
    rf"(?::(?P<port>[0-9]{{1,5}}))?"
    rf"(?P<path>/[!-\"$-;=?-\[\]_a-z~]*)?(?P<query>\?[!-\"$-;=?-\[\]_a-z~]*)?",
    re.ASCII,
)
# WHATWG URL §3.5: a host whose last label is a number is an IPv4 address in some notation.
_NUMERIC: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """One place to call: scheme and host in lower case, the port always said."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read an absolute http(s) URL.

        Raises:
            OutboundRefused: it is not one, or carries userinfo, a fragment, a
                trailing dot, a non-ASCII name or an IPv4 address in a rare notation.
        """
        match = _URL.fullmatch(_lower_authority(url)) if len(url) <= _LONGEST else None
        if match is None:
            raise OutboundRefused("not a plain http(s) URL")
        port = int(match["port"] or _DEFAULT_PORTS[match["scheme"]])
        if not 0 < port <= _HIGHEST_PORT:
            raise OutboundRefused("no such port")
        path = (match["path"] or "/") + (match["query"] or "")
        return cls(match["scheme"], _host(match["host"]), port, path)

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port (RFC 9110 §7.2)."""
        default = self.port == _DEFAULT_PORTS[self.scheme]
        return self.host if default else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL in its normal form."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 6454 §4)."""
        return self.scheme, self.host, self.port

    def literal(self) -> Address | None:
        """Return the address if the host is one, ``None`` if it is a name."""
        try:
            return ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            return None

    def redirected(self, location: str) -> "Target":
        """RFC 9110 §10.2.2: Location is resolved against the URL that was called.

        Raises:
            OutboundRefused: it leads to another host, scheme or port.
        """
        following = Target.parse(urljoin(self.url, location))
        if following.origin != self.origin:
            raise OutboundRefused("redirected to another host")
        return following


def _lower_authority(url: str) -> str:
    """RFC 3986 §6.2.2.1: scheme and host are the same in either case."""
    end = re.match(r"[A-Za-z]+://[^/?]*", url)
    return url if end is None else end[0].lower() + url[end.end() :]


def _host(host: str) -> str:
    """Hold an address to its one notation; leave a name as it is."""
    if not host.startswith("[") and not _NUMERIC.fullmatch(host):
        return host
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        raise OutboundRefused("an address in a rare notation") from None
    return str(address) if address.version == 4 else f"[{address}]"  # noqa: PLR2004 - IPv4
