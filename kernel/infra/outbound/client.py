"""``Outbound``: every call this house makes goes through ``fetch``."""

import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self

from kernel.infra.outbound.addresses import Address, AddressRules, Reach
from kernel.infra.outbound.bounds import HostBounds
from kernel.infra.outbound.calling import Call, Caller, leads_on
from kernel.infra.outbound.connections import Connections, Pin, Roots
from kernel.infra.outbound.deadline import Deadline
from kernel.infra.outbound.exchange import OutboundReply, OutboundRequest
from kernel.infra.outbound.failures import OutboundRefused
from kernel.infra.outbound.resolver import Resolver, SystemResolver
from kernel.infra.outbound.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundRules:
    """What may be called and how long it may take; the operator's page says the same.

    ``ports`` bind everywhere but on loopback. ``extra_ca_file`` holds PEM roots that
    count only for loopback and ``allow_networks``.
    """

    allow_loopback: bool = False
    allow_networks: tuple[str, ...] = ()
    ports: tuple[int, ...] = (443, 8443)
    extra_ca_file: Path | None = None
    total_timeout: timedelta = timedelta(seconds=5)
    body_cap_bytes: int = 1024 * 1024
    per_host: int = 8
    per_host_queue: int = 16

    def address_rules(self) -> AddressRules:
        """Return the part about addresses."""
        networks = tuple(ipaddress.ip_network(text) for text in self.allow_networks)
        return AddressRules(self.allow_loopback, networks)


@dataclass(frozen=True, slots=True)
class Outbound:
    """Calls other hosts: resolve, check every address, connect to the one checked.

    Safe for many threads; one for a process. Nothing is read from the environment: no
    proxy, no netrc. Cookies are not kept.
    """

    rules: OutboundRules
    resolver: Resolver
    _addresses: AddressRules
    _bounds: HostBounds
    _caller: Caller = field(repr=False)

    @classmethod
    def build(cls, rules: OutboundRules, resolver: Resolver | None = None) -> Self:
        """Make ready; no call is made.

        Raises:
            OSError: the file of extra roots is missing or holds none.
        """
        bounds = HostBounds(rules.per_host, rules.per_host_queue)
        caller = Caller(Connections(Roots(rules.extra_ca_file)))
        resolver = resolver or SystemResolver()
        return cls(rules, resolver, rules.address_rules(), bounds, caller)

    def fetch(self, request: OutboundRequest) -> OutboundReply:
        """Make one call, redirects on the same origin included, under one deadline.

        Raises:
            OutboundRefused: the URL or where it leads is not one we call.
            OutboundFailed: no usable answer; its subclasses say why.
        """
        target = Target.parse(request.url)
        deadline = Deadline.after(self._seconds(request))
        with self._bounds.place(target.host, deadline):
            return self._follow(target, request, deadline)

    def close(self) -> None:
        """Close the connections that were kept."""
        self._caller.connections.close()

    def _seconds(self, request: OutboundRequest) -> float:
        most = self.rules.total_timeout.total_seconds()
        return most if request.deadline_s is None else min(most, request.deadline_s)

    def _follow(
        self, target: Target, request: OutboundRequest, deadline: Deadline
    ) -> OutboundReply:
        reply = self._once(target, request, deadline)
        for _ in range(request.redirects):
            if (location := leads_on(request, reply)) is None:
                return reply
            target = target.redirected(location)
            reply = self._once(target, request, deadline)
        if request.redirects and leads_on(request, reply) is not None:
            raise OutboundRefused("redirected too often")
        return reply

    def _once(
        self, target: Target, request: OutboundRequest, deadline: Deadline
    ) -> OutboundReply:
        call = Call(target, request, deadline, self._limit(request))
        pins = self._pins(target, deadline, request.authority)
        return self._caller.make(call, pins)

    def _limit(self, request: OutboundRequest) -> int:
        most = self.rules.body_cap_bytes
        return most if request.limit_bytes is None else min(most, request.limit_bytes)

    def _pins(
        self, target: Target, deadline: Deadline, authority: str | None
    ) -> tuple[Pin, ...]:
        """Check every address of the host: one that is closed closes the name."""
        literal = target.literal()
        found = (literal,) if literal else self.resolver.addresses(target.host, deadline)
        return tuple(
            Pin.of(target, each, self._checked(target, each), authority) for each in found
        )

    def _checked(self, target: Target, address: Address) -> Reach:
        """OpenID Federation 1.0 §18.1: a URL out of metadata is not followed anywhere."""
        reach = self._addresses.reach(address)
        if reach is Reach.LOOPBACK:
            return reach
        if target.scheme != "https":
            raise OutboundRefused("http is for loopback only")
        if target.port not in self.rules.ports:
            raise OutboundRefused(f"port {target.port} is not called")
        return reach
