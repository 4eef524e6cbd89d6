"""Which addresses may be called. Pure; the whole guard against forged requests is here."""

import ipaddress
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kernel.infra.outbound.failures import OutboundRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IANA IPv4 Special-Purpose Address Registry, all of it, and class D and E.
_CLOSED_V4: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
        "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Of IPv6 only global unicast is open. Mapped (::ffff:0:0/96) and translated (64:ff9b::/96)
# IPv4, unique local, link-local and multicast addresses all lie outside of it.
_OPEN_V6: Final = ipaddress.IPv6Network("2000::/3")
# Inside: IETF protocols with Teredo, documentation, 6to4, AS112.
_CLOSED_V6: Final = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
_LOOPBACK: Final = ipaddress.IPv4Network("127.0.0.0/8")
_LOOPBACK_V6: Final = ipaddress.IPv6Address("::1")


class Reach(Enum):
    """Why an address may be called."""

    PUBLIC = "public"
    ALLOWED = "allowed"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class AddressRules:
    """The public internet, and what the operator opened on top of it."""

    allow_loopback: bool = False
    allow_networks: tuple[Network, ...] = ()

    def reach(self, address: Address) -> Reach:
        """Say why ``address`` may be called.

        Raises:
            OutboundRefused: it may not.
        """
        if is_loopback(address):
            return self._loopback(address)
        if any(address in network for network in self.allow_networks):
            return Reach.ALLOWED
        if not is_public(address):
            raise OutboundRefused(f"{address} is not a public address")
        return Reach.PUBLIC

    def _loopback(self, address: Address) -> Reach:
        if not self.allow_loopback:
            raise OutboundRefused(f"{address} is this machine")
        return Reach.LOOPBACK


def is_loopback(address: Address) -> bool:
    """Tell whether an address, written plainly, is this machine."""
    if isinstance(address, ipaddress.IPv4Address):
        return address in _LOOPBACK
    return address == _LOOPBACK_V6


def is_public(address: Address) -> bool:
    """Tell whether an address is an ordinary one of the public internet."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    closed = any(address in network for network in _CLOSED_V6)
    return address in _OPEN_V6 and not closed and not _is_isatap(address)


def _is_isatap(address: ipaddress.IPv6Address) -> bool:
    """RFC 5214 §6.1: the interface identifier carries an IPv4 address after 5efe."""
    return int(address) >> 32 & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE)
