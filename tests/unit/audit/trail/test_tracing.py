"""A reference leads to everything that happened around it, explained."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from audit.trail.adapters.plain_words import PlainWords
from audit.trail.domain import EventQuery, Logged, Trace
from audit.trail.errors import NothingTraced
from audit.trail.flows.tracing import Tracing
from kernel.events import Stream, rfc3339
from kernel.ids import EventId, Reference
from tests.unit.audit.trail.fakes import MemoryEvents, MemoryOutbox, MemoryWork

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
ASKED, OTHER = "AAAABBBBCCCC", "DDDDEEEEFFFF"


@dataclass
class Log:
    """Events of a log, written in the order of their seconds."""

    events: MemoryEvents = field(
        default_factory=lambda: MemoryEvents(MemoryOutbox(MemoryWork()))
    )
    count: int = 0

    def add(
        self, kind: str, *, second: int = 0, stream: Stream = Stream.MAIN, **said: object
    ) -> None:
        self.count += 1
        event = {
            "type": kind,
            "time": rfc3339(NOW + timedelta(seconds=second)),
            "outcome": "done",
            **said,
        }
        identifier = EventId(UUID(int=self.count))
        body = json.dumps(event).encode()
        logged = Logged(stream, self.count, identifier, bytes(32), body)
        self.events.add([logged])

    def trace(self, reference: str = ASKED) -> Trace:
        return Tracing(self.events, PlainWords())(Reference(reference))


@pytest.fixture
def log() -> Log:
    return Log()


def types(trace: Trace) -> list[str]:
    return [str(traced.event["type"]) for traced in trace.events]


def test_what_carries_the_reference_is_told_oldest_first(log: Log) -> None:
    log.add("b", second=2, reference=ASKED)
    log.add("a", second=1, reference=ASKED)
    log.add("x", reference=OTHER)
    log.add("c", second=3, reference=ASKED, stream=Stream.OVERSIGHT)
    assert types(log.trace()) == ["a", "b", "c"]


def test_the_whole_interaction_is_told(log: Log) -> None:
    log.add("begun", second=1, reference=OTHER, interaction="i-1")
    log.add("signed in", second=2, reference="GGGG", interaction="i-1")
    log.add("refused", second=3, reference=ASKED, interaction="i-1")
    log.add("of another", second=3, reference="GGGG", interaction="i-2")
    trace = log.trace()
    assert types(trace) == ["begun", "signed in", "refused"]
    assert trace.interactions == {"i-1"}
    assert trace.references == {ASKED, OTHER, "GGGG"}


def test_what_came_of_the_grant_is_told(log: Log) -> None:
    log.add("issued", reference=ASKED, grant="g-1", relying_party="app")
    log.add("redeemed", second=1, reference=OTHER, grant="g-1", relying_party="app")
    log.add("of another grant", second=1, grant="g-2", relying_party="app")
    log.add("of another client", second=1, grant="g-1", relying_party="else")
    log.add("too late", second=7200, grant="g-1", relying_party="app")
    assert types(log.trace()) == ["issued", "redeemed"]


def test_both_sides_of_a_login_are_told_by_their_correlation(log: Log) -> None:
    log.add("sent", reference=ASKED, correlation="c" * 64)
    log.add("accepted", second=1, reference=OTHER, correlation="c" * 64)
    assert types(log.trace()) == ["sent", "accepted"]


def test_only_what_was_refused_has_a_reason_explained(log: Log) -> None:
    log.add("done", reference=ASKED, reason="moved by an operator")
    log.add("no", second=1, reference=ASKED, outcome="refused", reason="code_expired")
    first, second = log.trace().events
    assert first.why is None
    assert second.why is not None
    assert second.why.code == "code_expired"


def test_the_rule_that_an_event_names_is_what_refused(log: Log) -> None:
    fault = {"rule": "idp.oidc.checks.rfc6749.x", "about": "code"}
    log.add("no", reference=ASKED, outcome="refused", reason="c", fault=fault)
    log.add("old", second=1, reference=ASKED, outcome="refused", reason="c")
    first, second = (traced.why for traced in log.trace().events)
    assert first is not None
    assert second is not None
    assert [step.rule for step in first.steps] == [fault["rule"]]
    assert (first.about, first.is_certain) == ("code", True)
    assert (second.steps, second.about, second.is_certain) == ((), "", False)


def test_a_reference_of_nobody_leads_nowhere(log: Log) -> None:
    log.add("x", reference=OTHER)
    with pytest.raises(NothingTraced):
        log.trace()


def test_a_busy_interaction_is_told_within_bounds(log: Log) -> None:
    log.add("first", reference=ASKED, interaction="i-1")
    for second in range(Tracing.MOST + 20):
        log.add("more", second=second, interaction="i-1")
    assert len(log.trace().events) <= Tracing.MOST + 1


@dataclass
class Counting:
    """The events, and how often they were asked for."""

    held: MemoryEvents
    asked: list[EventQuery] = field(default_factory=list)

    def search(self, query: EventQuery) -> tuple[Logged, ...]:
        self.asked.append(query)
        return self.held.search(query)


def test_ties_are_followed_once_and_not_from_tie_to_tie(log: Log) -> None:
    log.add("a", reference=ASKED, interaction="i-1")
    for number in range(40):
        log.add(
            "b", second=1, reference=OTHER, interaction="i-1", correlation=f"c-{number}"
        )
    counting = Counting(log.events)
    Tracing(counting, PlainWords())(Reference(ASKED))  # type: ignore[arg-type]  # searches only
    assert len(counting.asked) <= 2 * (1 + 2 * Tracing.TIES)


def said(trace: Trace) -> list[Mapping[str, object]]:
    return [traced.event for traced in trace.events]


def test_an_event_is_told_as_it_was_committed_to(log: Log) -> None:
    log.add("oidc.code_issued", reference=ASKED, grant="g")
    (event,) = said(log.trace())
    assert event["grant"] == "g"
