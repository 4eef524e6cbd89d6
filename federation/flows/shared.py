"""Statements of superiors, fetched once for all the members below them."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from federation.errors import HostSilent
from federation.ports import StatementAndHostedFetch
from kernel.clock import Clock
from kernel.ids import EntityId

_FRESH: Final = timedelta(seconds=30)
_QUIET: Final = timedelta(seconds=10)
_HELD: Final = 256
_HOSTS: Final = 4096
_SILENCES: Final = 3


class _Ask(Protocol):
    def __call__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Silence:
    times: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Silences:
    """Hosts that gave no answer at all: after three times running not asked for 10 s.

    Whoever lives there waits, and nobody else. One answer in between clears a host, so
    that one dead corner of it does not silence the whole.
    """

    clock: Clock
    _hosts: OrderedDict[str, _Silence] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def may_be_asked(self, url: str) -> None:
        """Return if the host of ``url`` may be asked.

        Raises:
            HostSilent: it was silent a moment ago.
        """
        known = self._hosts.get(_host(url))
        if known and known.times >= _SILENCES and self.clock() < known.until:
            raise HostSilent(_host(url)[:200])

    def was_silent(self, url: str) -> None:
        """Count one silence."""
        with self._lock:
            known = self._hosts.pop(_host(url), None)
            times = 1 + (known.times if known else 0)
            self._hosts[_host(url)] = _Silence(times, self.clock() + _QUIET)
            if len(self._hosts) > _HOSTS:
                self._hosts.popitem(last=False)

    def answered(self, url: str) -> None:
        """Clear a host."""
        if _host(url) in self._hosts:
            with self._lock:
                self._hosts.pop(_host(url), None)


@dataclass(frozen=True, slots=True)
class SharedStatements:
    """A `StatementFetch` and `HostedFetch`: what many chains need is fetched once.

    What was fetched is given out again for 30 s; the 256 that were used last are held.
    """

    fetch: StatementAndHostedFetch
    silences: Silences
    clock: Clock
    _held: OrderedDict[tuple[str, str], tuple[str, datetime]] = field(
        default_factory=OrderedDict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def configuration(self, entity: EntityId) -> str:
        """Return what an entity publishes about itself, at most 30 s old."""
        return self._given(("", entity), entity, lambda: self.fetch.configuration(entity))

    def subordinate(self, fetch_endpoint: str, subject: EntityId) -> str:
        """Return what a superior says of a subject, at most 30 s old."""
        return self._given(
            (fetch_endpoint, subject),
            fetch_endpoint,
            lambda: self.fetch.subordinate(fetch_endpoint, subject),
        )

    def hosted(self, location: str) -> str:
        """Return what a superior hosts for one entity; nobody else needs it."""
        self.silences.may_be_asked(location)
        return self.fetch.hosted(location)

    def forget(self, entity: EntityId) -> None:
        """Ask anew for everything about an entity: it is known to have changed."""
        with self._lock:
            for key in [key for key in self._held if key[1] == entity]:
                del self._held[key]

    def _given(self, key: tuple[str, str], url: str, ask: _Ask) -> str:
        held = self._young(key)
        if held is not None:
            return held
        self.silences.may_be_asked(url)
        try:
            said = ask()
        except HostSilent:
            self.silences.was_silent(url)
            raise
        self.silences.answered(url)
        self._hold(key, said)
        return said

    def _young(self, key: tuple[str, str]) -> str | None:
        with self._lock:
            held = self._held.get(key)
            if held is None or self.clock() >= held[1]:
                return None
            self._held.move_to_end(key)
            return held[0]

    def _hold(self, key: tuple[str, str], said: str) -> None:
        with self._lock:
            self._held[key] = said, self.clock() + _FRESH
            self._held.move_to_end(key)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
