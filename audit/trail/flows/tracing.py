"""What happened around one reference, across all rooms."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar

from audit.trail.domain import EventQuery, Logged, Trace, Traced
from audit.trail.errors import NothingTraced
from audit.trail.ports import Explaining, LoggedEvents
from kernel.events import Fault, JsonValue, Outcome, Stream
from kernel.ids import EventId, Reference

Said = Mapping[str, JsonValue]


@dataclass(slots=True)
class _Ties:
    """What was found, and by what it hangs together."""

    found: dict[EventId, tuple[Logged, Said]] = field(default_factory=dict)
    references: set[str] = field(default_factory=set)
    interactions: set[str] = field(default_factory=set)
    correlations: set[str] = field(default_factory=set)
    grants: set[str] = field(default_factory=set)

    def add(self, logged: Logged, said: Said) -> None:
        self.found[logged.id] = logged, said
        for name, held in (
            ("reference", self.references),
            ("interaction", self.interactions),
            ("correlation", self.correlations),
            ("grant", self.grants),
        ):
            value = said.get(name)
            if isinstance(value, str):
                held.add(value)


@dataclass(frozen=True, slots=True)
class Tracing:
    """Follows a reference to its interaction and grant, and from there to all of theirs.

    Each kind of tie is followed once and within bounds: a trace is one person's way
    through the house, not everything that a busy relying party did.
    """

    events: LoggedEvents
    explaining: Explaining

    MOST: ClassVar[int] = 200
    TIES: ClassVar[int] = 8
    AROUND: ClassVar[timedelta] = timedelta(hours=1)

    def __call__(self, reference: Reference) -> Trace:
        """Return the trace, oldest event first.

        Raises:
            NothingTraced: no event carries the reference.
        """
        ties = _Ties()
        self._take(ties, EventQuery(reference=reference))
        if not ties.found:
            raise NothingTraced(reference[:32])
        for interaction in _some(ties.interactions):
            self._take(ties, EventQuery(interaction=interaction))
        for correlation in _some(ties.correlations):
            self._take(ties, EventQuery(correlation=correlation))
        self._follow_grants(ties)
        return self._laid_out(ties)

    def _take(self, ties: _Ties, query: EventQuery) -> None:
        for stream in Stream:
            wanted = replace(query, stream=stream, limit=self.MOST)
            for logged in self.events.search(wanted):
                ties.add(logged, json.loads(logged.body))

    def _follow_grants(self, ties: _Ties) -> None:
        """A grant is no column: it is looked for among its relying party's events."""
        grants = set(_some(ties.grants))
        for query in self._near(ties) if grants else ():
            for logged in self.events.search(query):
                said: Said = json.loads(logged.body)
                if said.get("grant") in grants:
                    ties.add(logged, said)

    def _near(self, ties: _Ties) -> Iterator[EventQuery]:
        said = [held for _, held in ties.found.values()]
        times = [datetime.fromisoformat(str(held["time"])) for held in said]
        parties = {str(held["relying_party"]) for held in said if "relying_party" in held}
        for party in _some(parties):
            yield EventQuery(
                relying_party=party,
                since=min(times) - self.AROUND,
                until=max(times) + self.AROUND,
                limit=self.MOST,
            )

    def _laid_out(self, ties: _Ties) -> Trace:
        rows = sorted(
            ties.found.values(), key=lambda row: (str(row[1]["time"]), row[0].index)
        )
        return Trace(
            events=tuple(self._explained(logged, said) for logged, said in rows),
            references=frozenset(ties.references),
            interactions=frozenset(ties.interactions),
            grants=frozenset(ties.grants),
        )

    def _explained(self, logged: Logged, said: Said) -> Traced:
        reason, failed = said.get("reason"), said.get("outcome") != Outcome.DONE.value
        why = None
        if isinstance(reason, str) and failed:
            why = self.explaining.reason(reason, _fault_of(said))
        return Traced(logged, said, self.explaining.event(str(said["type"])), why)


def _fault_of(said: Said) -> Fault | None:
    """Return which rule an event says refused; None for those written before they did."""
    fault = said.get("fault")
    if not isinstance(fault, dict):
        return None
    about = fault.get("about")
    return Fault(str(fault.get("rule", "")), None if about is None else str(about))


def _some(held: set[str]) -> list[str]:
    """Ours: so many ties are followed and no more."""
    return sorted(held)[: Tracing.TIES]
