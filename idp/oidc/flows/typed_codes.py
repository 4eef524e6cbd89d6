"""User codes as people type them, and as others guess them."""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from idp.oidc.checks import rfc8628
from idp.oidc.domain.devices import DeviceRequest, typed
from idp.oidc.errors import TooManyUserCodes, UserCodeUnknown
from idp.oidc.events import UserCodesGuessed
from idp.oidc.ports import DeviceStore, GuessStore
from kernel.clock import Clock
from kernel.events import AuditTrail, Outcome
from kernel.proof.seal import Sealer
from kernel.secret import Digest

_IPV6_BITS = 64


@dataclass(frozen=True, slots=True)
class TypedCodes:
    """Finds who waits under a code, and stops who tries many."""

    devices: DeviceStore
    guesses: GuessStore
    sealer: Sealer
    trail: AuditTrail
    clock: Clock

    WINDOW: ClassVar[timedelta] = timedelta(minutes=10)
    MOST: ClassVar[int] = 10
    """RFC 8628 §5.1: with 34 bits, ten wrong codes of an address are next to nothing."""

    def waiting(self, text: str, peer: str) -> DeviceRequest:
        """Return the request that waits under a typed code.

        Args:
            text: as it was typed, in any case and with any hyphens.
            peer: the address it came from.

        Raises:
            TooManyUserCodes: too many wrong ones came from there.
            UserCodeUnknown: nobody waits under it, or not any more.
        """
        name, now = self._name(peer), self.clock()
        count = self.guesses.add(name, now, now - self.WINDOW)
        if count > self.MOST:
            self._stopped(count)
        found = self.devices.by_user_code(typed(text))
        if found is None:
            raise UserCodeUnknown("none")
        rfc8628.waits_for_answer(found, now)
        self.guesses.give_back(name)
        return found

    def _stopped(self, count: int) -> None:
        """RFC 8628 §5.1: whoever guesses user codes is heard no more for now."""
        if count == self.MOST + 1:
            reason = TooManyUserCodes.code
            self.trail.record(UserCodesGuessed(outcome=Outcome.REFUSED, reason=reason))
        raise TooManyUserCodes

    def _name(self, peer: str) -> Digest:
        """Name an address so that it is not kept; an IPv6 address counts as its /64."""
        named = self.sealer.index(_network(peer).encode(), "idp.oidc.user_codes")
        return Digest(named)


def _network(peer: str) -> str:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    is_old = isinstance(address, ipaddress.IPv4Address)
    bits = address.max_prefixlen if is_old else _IPV6_BITS
    return str(ipaddress.ip_network((address, bits), strict=False))
