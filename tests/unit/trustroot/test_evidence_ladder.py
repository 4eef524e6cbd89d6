"""Evidence: reminders, default, grace and measures, each exactly once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.secret import Digest
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import FIRST, GROUNDS, SECOND, RegisterHouse, seen
from trustroot.registry.domain import (
    LADDER,
    Action,
    Evidence,
    EvidenceKind,
    Ladder,
    Measure,
    Member,
    MemberState,
)
from trustroot.registry.errors import EvidenceMalformed, MemberUnknown
from trustroot.registry.events import EvidenceDue, EvidenceLapsed, SuspensionAdvised
from trustroot.registry.service import Received

DAY = timedelta(days=1)
TODAY = NOON.date()


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


def received(days: int = 40, **bent: object) -> Received:
    valid = Received(
        kind=EvidenceKind.CERTIFICATE,
        issued_on=TODAY - DAY,
        expires_on=TODAY + days * DAY,
        reference="CNAS-2026-1",
        digest=Digest(b"d" * 32),
    )
    return replace(valid, **bent)  # type: ignore[arg-type]  # the test names what it bends


def filed(house: RegisterHouse, member: Member, days: int = 40) -> Evidence:
    return house.evidences.add(member.id, received(days), FIRST)


def told(house: RegisterHouse) -> list[str]:
    kinds = (EvidenceDue, EvidenceLapsed)
    return [e.step for e in house.trail.events if isinstance(e, kinds)]


def reminded(house: RegisterHouse) -> list[str]:
    notices = [payload for kind, payload, _ in house.jobs.queued]
    names = [str(payload["template"]) for payload in notices]
    return [name for name in names if name.startswith("evidence_")]


def test_each_rung_is_taken_on_its_day_and_once(house: RegisterHouse) -> None:
    member = house.active()
    filed(house, member)
    days: dict[str, int] = {}
    for day in range(1, 110):
        house.clock.advance(DAY)
        house.evidences.due()
        house.evidences.due()
        for step in told(house):
            days.setdefault(step, day)
    assert days == {
        "remind-30": 10,
        "remind-14": 26,
        "remind-7": 33,
        "remind-1": 39,
        "lapse-0": 40,
        "warn-14": 54,
        "restrict-30": 70,
    }
    assert len(told(house)) == len(days)
    assert [type(e) for e in house.trail.events].count(SuspensionAdvised) == 1
    assert reminded(house) == [
        *["evidence_remind"] * 4,
        "evidence_lapse",
        "evidence_warn",
        "evidence_restrict",
        "evidence_alarm",
    ]
    assert house.registry.show(member.id).state is MemberState.ACTIVE


def test_a_measure_is_history_without_a_person(house: RegisterHouse) -> None:
    member = house.active()
    filed(house, member)
    house.clock.advance(54 * DAY)
    house.evidences.due()
    entry = house.registry.history(member.id)[-1]
    assert (entry.action, entry.actor, entry.second) == (Action.MEASURE, None, None)
    assert house.registry.show(member.id).measures == {Measure.WARNED}
    house.clock.advance(16 * DAY)
    house.evidences.due()
    both = {Measure.WARNED, Measure.RESTRICTED}
    assert house.registry.show(member.id).measures == both


def test_of_reminders_missed_while_nobody_looked_only_the_last_goes(
    house: RegisterHouse,
) -> None:
    filed(house, house.active())
    house.clock.advance(35 * DAY)
    house.evidences.due()
    assert told(house) == ["remind-7"]
    house.clock.advance(4 * DAY)
    house.evidences.due()
    assert told(house) == ["remind-7", "remind-1"]


def test_lapsed_while_nobody_looked_tells_no_reminder_afterwards(
    house: RegisterHouse,
) -> None:
    filed(house, house.active())
    house.clock.advance(41 * DAY)
    house.evidences.due()
    assert told(house) == ["lapse-0"]


def test_renewed_evidence_ends_the_ladder_of_the_old(house: RegisterHouse) -> None:
    member = house.active()
    filed(house, member)
    filed(house, member, days=400)
    house.clock.advance(60 * DAY)
    house.evidences.due()
    assert told(house) == []
    assert house.registry.show(member.id).measures == frozenset()


def test_another_kind_does_not_stand_in(house: RegisterHouse) -> None:
    member = house.active()
    filed(house, member)
    other = received(400, kind=EvidenceKind.PENETRATION_TEST)
    house.evidences.add(member.id, other, FIRST)
    house.clock.advance(40 * DAY)
    house.evidences.due()
    assert told(house) == ["lapse-0"]
    assert house.evidences.ends_on(member.id) == TODAY + 40 * DAY


def test_a_suspended_member_is_measured_when_it_is_back(house: RegisterHouse) -> None:
    member = house.active()
    filed(house, member)
    house.suspending.suspend(member.id, GROUNDS, FIRST)
    house.clock.advance(55 * DAY)
    house.evidences.due()
    assert told(house) == ["lapse-0"]
    assert house.registry.show(member.id).measures == frozenset()
    house.decide(house.registry.show(member.id), "reinstate")
    house.registry.activate(member.id)
    house.evidences.due()
    assert house.registry.show(member.id).measures == {Measure.WARNED}


def test_measures_are_lifted_by_two_persons_and_not_put_on_again(
    house: RegisterHouse,
) -> None:
    member = house.active()
    filed(house, member)
    house.clock.advance(54 * DAY)
    house.evidences.due()
    warned = house.registry.show(member.id)
    house.evidences.add(member.id, received(500, issued_on=TODAY), FIRST)
    lifted = replace(warned.terms, measures=frozenset())
    proposal = house.deciding.propose_terms(member.id, lifted, GROUNDS, FIRST)
    house.deciding.approve(seen(proposal, SECOND))
    house.evidences.due()
    assert house.registry.show(member.id).measures == frozenset()


@pytest.mark.parametrize(
    "bent",
    [
        {"issued_on": TODAY + DAY},
        {"expires_on": TODAY - DAY},
        {"expires_on": TODAY + 4000 * DAY},
        {"reference": " "},
        {"reference": "a\nb"},
    ],
)
def test_evidence_of_another_form_is_not_filed(
    house: RegisterHouse, bent: dict[str, object]
) -> None:
    member = house.active()
    recorded = len(house.trail.events)
    with pytest.raises(EvidenceMalformed):
        house.evidences.add(member.id, received(**bent), FIRST)  # type: ignore[arg-type]  # as above
    assert house.evidences.list(member.id) == ()
    assert len(house.trail.events) == recorded


def test_nothing_is_filed_for_who_is_gone(house: RegisterHouse) -> None:
    member = house.checked()
    house.applying.cancel(member.id, GROUNDS, FIRST)
    with pytest.raises(EvidenceMalformed):
        filed(house, member)
    with pytest.raises(MemberUnknown):
        house.evidences.list(type(member.id)(int=77))  # type: ignore[call-arg]  # a UUID
    assert house.evidence.rows == {}


@settings(max_examples=40, deadline=None)
@given(
    ends=st.integers(-5, 60),
    looks=st.lists(st.integers(1, 40), min_size=1, max_size=12),
)
def test_however_rarely_somebody_looks_no_rung_is_taken_twice_or_early(
    ends: int, looks: list[int]
) -> None:
    house = RegisterHouse()
    member = house.active()
    house.evidences.add(member.id, received(ends, issued_on=TODAY - 10 * DAY), FIRST)
    until = TODAY + ends * DAY
    for days in looks:
        house.clock.advance(days * DAY)
        house.evidences.due()
    steps = told(house)
    assert len(steps) == len(set(steps))
    today = house.clock().date()
    due = {step.name for step in LADDER.due(until, today)}
    assert set(steps) <= due
    lasting = {name for name in due if name.split("-")[0] in {"lapse", "warn", "restrict"}}
    assert lasting <= set(steps)


def test_a_ladder_is_what_its_settings_say() -> None:
    short = Ladder(
        reminders=(2 * DAY, 5 * DAY),
        warn_after=DAY,
        restrict_after=2 * DAY,
        alarm_after=3 * DAY,
    )
    names = [step.name for step in short.steps]
    assert names == [
        "remind-5",
        "remind-2",
        "lapse-0",
        "warn-1",
        "restrict-2",
        "alarm-3",
    ]
    end = date(2026, 3, 10)
    assert [s.name for s in short.due(end, date(2026, 3, 8))] == ["remind-5", "remind-2"]
