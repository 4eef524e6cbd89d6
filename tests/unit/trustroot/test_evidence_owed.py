"""Evidence that policy asks for and that was never filed climbs the ladder too."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import FIRST, GROUNDS, RegisterHouse
from tests.unit.trustroot.test_evidence_ladder import received, reminded, told
from trustroot.registry.domain import (
    Action,
    Dues,
    EvidenceKind,
    Measure,
    Member,
    MemberKind,
)
from trustroot.registry.events import EvidenceDue, EvidenceLapsed, SuspensionAdvised

DAY = timedelta(days=1)
TODAY = NOON.date()
CERTIFICATE, PENETRATION = EvidenceKind.CERTIFICATE, EvidenceKind.PENETRATION_TEST


def owing(
    *kinds: EvidenceKind, member: MemberKind = MemberKind.PLATFORM, days: int = 40
) -> RegisterHouse:
    """A register whose policy asks members of a kind for evidence."""
    house = RegisterHouse()
    dues = Dues(kinds={member: frozenset(kinds)}, within=days * DAY)
    house.evidences = replace(house.evidences, dues=dues)
    return house


def after(house: RegisterHouse, days: int) -> None:
    house.clock.advance(days * DAY)
    house.evidences.due()


def measures(house: RegisterHouse, member: Member) -> frozenset[Measure]:
    return house.registry.show(member.id).measures


def test_where_policy_asks_for_nothing_nobody_is_reminded() -> None:
    house = RegisterHouse()
    member = house.active()
    after(house, 400)
    assert (told(house), measures(house, member)) == ([], frozenset())
    assert house.evidences.ends_on(member.id) is None


def test_each_rung_is_taken_on_its_day_after_activation_and_once() -> None:
    house = owing(CERTIFICATE)
    member = house.active()
    days: dict[str, int] = {}
    for day in range(1, 110):
        after(house, 1)
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
    assert measures(house, member) == {Measure.WARNED, Measure.RESTRICTED}


def test_the_notice_and_the_history_say_that_it_was_never_filed() -> None:
    house = owing(CERTIFICATE)
    member = house.active()
    after(house, 54)
    assert reminded(house) == ["evidence_lapse", "evidence_warn"]
    texts = [str(payload["text"]) for _, payload, _ in house.jobs.queued]
    deadline = (TODAY + 40 * DAY).isoformat()
    lapsed, warned = texts[-3:-1]
    assert f"认证证书\n提交期限：{deadline}\n认证证书逾期未提交，请立即提交" in lapsed
    assert f"certificate\nTo be filed before: {deadline}\nThe certificate was" in warned
    assert "None" not in "".join(texts)
    entry = house.registry.history(member.id)[-1]
    assert entry.action is Action.MEASURE
    assert entry.grounds.reason == f"certificate owed since {deadline}"


def test_each_kind_that_is_owed_has_its_own_ladder() -> None:
    house = owing(CERTIFICATE, PENETRATION)
    house.active()
    after(house, 40)
    ladders = {e.kind for e in house.trail.events if isinstance(e, EvidenceLapsed)}
    assert ladders == {"certificate", "penetration_test"}


def test_filing_ends_it_and_the_document_has_a_ladder_of_its_own() -> None:
    house = owing(CERTIFICATE)
    member = house.active()
    after(house, 39)
    assert told(house) == ["remind-1"]
    house.evidences.add(member.id, received(400), FIRST)
    after(house, 100)
    assert told(house) == ["remind-1"]
    after(house, 265)
    assert told(house) == ["remind-1", "lapse-0"]


def test_another_kind_of_evidence_or_of_member_changes_nothing() -> None:
    house = owing(CERTIFICATE)
    member = house.active()
    house.evidences.add(member.id, received(400, kind=PENETRATION), FIRST)
    after(house, 40)
    assert told(house) == ["lapse-0"]
    others = owing(CERTIFICATE, member=MemberKind.CA)
    others.active()
    after(others, 40)
    assert told(others) == []


def test_nothing_is_owed_before_activation_and_a_suspension_stops_no_clock() -> None:
    house = owing(CERTIFICATE)
    member = house.approved()
    after(house, 300)
    assert (told(house), house.evidences.ends_on(member.id)) == ([], None)
    house.registry.activate(member.id)
    house.suspending.suspend(member.id, GROUNDS, FIRST)
    after(house, 41)
    assert told(house) == []
    house.decide(house.registry.show(member.id), "reinstate")
    house.registry.activate(member.id)
    house.evidences.due()
    assert told(house) == ["lapse-0"]


def test_who_comes_back_owes_anew() -> None:
    house = owing(CERTIFICATE)
    gone = house.active()
    after(house, 40)
    house.decide(gone, "withdraw")
    back = house.active()
    after(house, 39)
    assert told(house) == ["lapse-0", "remind-1"]
    assert measures(house, back) == frozenset()
    due = [e for e in house.trail.events if isinstance(e, EvidenceDue)]
    assert [event.member for event in due] == [back.id]


@pytest.mark.parametrize(
    ("shown", "ends"),
    [({}, 40), ({CERTIFICATE: 90}, 40), ({CERTIFICATE: 90, PENETRATION: 60}, 60)],
)
def test_what_is_owed_ends_with_its_deadline_until_it_is_shown(
    shown: Mapping[EvidenceKind, int], ends: int
) -> None:
    """Marks end with what was shown for them: who shows nothing gains nothing by it."""
    house = owing(CERTIFICATE, PENETRATION)
    member = house.active()
    for kind, days in shown.items():
        house.evidences.add(member.id, received(days, kind=kind), FIRST)
    assert house.evidences.ends_on(member.id) == TODAY + ends * DAY
