"""Connections to one checked address each, kept open between calls."""

import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from urllib3.connection import HTTPConnection, HTTPSConnection

from kernel.infra.outbound.addresses import Address, Reach
from kernel.infra.outbound.deadline import Deadline, timed_response
from kernel.infra.outbound.failures import OutboundRefused
from kernel.infra.outbound.target import Target

Connection = HTTPConnection | HTTPSConnection

_IDLE_SECONDS: Final = 30.0
_IDLE_PER_PIN: Final = 8
_IDLE_AT_ALL: Final = 256


@dataclass(frozen=True, slots=True)
class Pin:
    """One origin at the one address that was checked for this call.

    ``authority`` is the PEM whom alone this host is believed by; None: the usual ones. A
    line that was opened under one is never used under another.
    """

    scheme: str
    host: str
    port: int
    address: Address
    reach: Reach
    authority: str | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        target: Target,
        address: Address,
        reach: Reach,
        authority: str | None = None,
    ) -> Self:
        """Pin ``target`` to ``address``."""
        return cls(target.scheme, target.host, target.port, address, reach, authority)


@dataclass(slots=True)
class Roots:
    """Whom TLS believes: the system's roots, and more of them where we opened a door.

    The system's roots take 30 ms to load, so they wait for the first call by https.
    """

    extra_ca_file: Path | None = None
    _made: dict[bool, ssl.SSLContext] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Try the extra roots now, so that a wrong file stops the start.

        Raises:
            OSError: it is missing or holds no certificates.
        """
        if self.extra_ca_file is not None:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(
                self.extra_ca_file
            )

    def for_reach(self, reach: Reach) -> ssl.SSLContext:
        """Return the context for an address of this reach; extra roots are not public."""
        opened = reach is not Reach.PUBLIC
        with self._lock:
            if opened not in self._made:
                self._made[opened] = self._load(opened=opened)
            return self._made[opened]

    def _load(self, *, opened: bool) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if opened and self.extra_ca_file is not None:
            context.load_verify_locations(self.extra_ca_file)
        return context


def _alone(authority: str) -> ssl.SSLContext:
    """Return a context that believes one authority, and none of the system's.

    Raises:
        OutboundRefused: the text holds no certificate.
    """
    try:
        return ssl.create_default_context(cadata=authority)
    except (ssl.SSLError, ValueError) as cause:
        raise OutboundRefused("its authority is no certificate") from cause


@dataclass(frozen=True, slots=True)
class Line:
    """An open connection and where it was pinned to."""

    pin: Pin
    connection: Connection

    def set_deadline(self, deadline: Deadline) -> None:
        """Make connecting, writing and every read of the reply end by ``deadline``."""
        self.connection.timeout = deadline.left_s()
        self.connection.response_class = timed_response(deadline)


@dataclass(slots=True)
class Connections:
    """Opens connections and keeps idle ones, newest first, for 30 seconds."""

    roots: Roots
    _idle: dict[Pin, list[tuple[float, Line]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def kept(self, pins: Sequence[Pin]) -> Line | None:
        """Take a kept line to one of ``pins`` that still stands, if there is one."""
        for pin in pins:
            while (waiting := self._pop(pin)) is not None:
                since, line = waiting
                young = time.monotonic() - since < _IDLE_SECONDS
                if young and line.connection.is_connected:
                    return line
                line.connection.close()
        return None

    def _pop(self, pin: Pin) -> tuple[float, Line] | None:
        with self._lock:
            waiting = self._idle.get(pin)
            return waiting.pop() if waiting else None

    def open(self, pin: Pin, deadline: Deadline) -> Line:
        """Connect to the checked address; name and certificate are the host's.

        Raises:
            OSError: or an error of urllib3: no connection, or no trust.
        """
        line = Line(pin, self._connection(pin))
        line.set_deadline(deadline)
        line.connection.connect()
        return line

    def _connection(self, pin: Pin) -> Connection:
        address = str(pin.address)
        if pin.scheme == "http":
            return HTTPConnection(address, pin.port)
        return HTTPSConnection(
            address,
            pin.port,
            ssl_context=self._trust(pin),
            server_hostname=pin.host.strip("[]"),
        )

    def _trust(self, pin: Pin) -> ssl.SSLContext:
        if pin.authority is None:
            return self.roots.for_reach(pin.reach)
        return _alone(pin.authority)

    def keep(self, line: Line) -> None:
        """Keep a line whose reply was read to its end, or close it."""
        if line.connection.sock is None or not self._room(line):
            line.connection.close()

    def _room(self, line: Line) -> bool:
        with self._lock:
            waiting = self._idle[line.pin]
            many = sum(map(len, self._idle.values())) >= _IDLE_AT_ALL
            if many or len(waiting) >= _IDLE_PER_PIN:
                return False
            waiting.append((time.monotonic(), line))
        return True

    def close(self) -> None:
        """Close every kept line."""
        with self._lock:
            waiting = [line for lines in self._idle.values() for _since, line in lines]
            self._idle.clear()
        for line in waiting:
            line.connection.close()
