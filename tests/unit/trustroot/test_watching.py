"""What the continuous look at members finds: a row for a change, an alarm for a fall."""

from datetime import datetime, timedelta

import pytest

from kernel.ids import EntityId
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import RegisterHouse
from trustroot.registry.domain import Findings, Member, ProbeCheck
from trustroot.registry.errors import MemberUnknown
from trustroot.registry.events import WatchFailed

HOUR = timedelta(hours=1)


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


@pytest.fixture
def member(house: RegisterHouse) -> Member:
    return house.active()


def found(  # noqa: PLR0913  the members of findings
    hour: int = 0,
    *,
    failed: tuple[str, ...] = (),
    drift: tuple[str, ...] = (),
    ends: datetime | None = NOON + 24 * HOUR,
    keys: tuple[str, ...] = ("k1",),
    advice: str = "",
) -> Findings:
    names = ("fetched", "signed", *(name for name in failed if name == "extra"))
    checks = tuple(
        ProbeCheck(name=n, passed=n not in failed, clause="§9", advice=advice)
        for n in names
    )
    return Findings(
        at=NOON + hour * HOUR,
        checks=checks,
        drift=drift,
        statement_expires_at=ends,
        keys=keys,
    )


def alarms(house: RegisterHouse) -> list[str]:
    kinds = {"registry.watch_failed", "registry.watch_recovered"}
    kinds.add("registry.statement_ending")
    return [name for name in house.trail.types() if name in kinds]


def test_a_look_that_finds_the_same_makes_no_row(
    house: RegisterHouse, member: Member
) -> None:
    for hour in range(5):
        later = NOON + (24 + hour) * HOUR
        house.watching.report(member.entity_id, found(hour, ends=later, advice=str(hour)))
    (entry,) = house.watching.history(member.id)
    assert (entry.since, entry.seen) == (NOON, NOON + 4 * HOUR)
    assert entry.findings.statement_expires_at == NOON + 28 * HOUR
    assert alarms(house) == []


def test_every_change_is_a_row_and_a_fall_an_alarm(
    house: RegisterHouse, member: Member
) -> None:
    entity = member.entity_id
    for look in (
        found(0),
        found(1, failed=("signed",)),
        found(2, failed=("signed",)),
        found(3, failed=("signed", "fetched")),
        found(4),
        found(5, drift=("openid_provider.token_endpoint",)),
        found(6, keys=("k2",)),
    ):
        house.watching.report(entity, look)
    entries = house.watching.history(member.id)
    assert [entry.number for entry in entries] == [6, 5, 4, 3, 2, 1]
    failed = [e.failed for e in house.trail.events if isinstance(e, WatchFailed)]
    assert failed == [
        ("signed",),
        ("fetched",),
        ("drift:openid_provider.token_endpoint",),
    ]
    assert alarms(house) == [
        "registry.watch_failed",
        "registry.watch_failed",
        "registry.watch_recovered",
        "registry.watch_failed",
        "registry.watch_recovered",
    ]
    latest = house.watching.latest(member.id)
    assert latest == entries[0]


def test_what_fails_at_the_first_look_is_an_alarm_too(
    house: RegisterHouse, member: Member
) -> None:
    house.watching.report(member.entity_id, found(failed=("signed",)))
    assert alarms(house) == ["registry.watch_failed"]


def test_the_alarm_rises_once_before_a_statement_ends(
    house: RegisterHouse, member: Member
) -> None:
    for hour in (0, 17, 18, 19, 20):
        house.watching.report(member.entity_id, found(hour))
    assert alarms(house) == ["registry.statement_ending"]
    house.watching.report(member.entity_id, found(21, ends=NOON + 48 * HOUR))
    assert alarms(house) == ["registry.statement_ending"]
    house.watching.report(member.entity_id, found(43, ends=NOON + 48 * HOUR))
    assert alarms(house) == ["registry.statement_ending"] * 2


def test_the_alarm_rises_for_who_has_gone_silent(
    house: RegisterHouse, member: Member
) -> None:
    house.watching.report(member.entity_id, found(0))
    silent = found(19, failed=("fetched",), ends=None, keys=())
    house.watching.report(member.entity_id, silent)
    assert alarms(house) == ["registry.statement_ending", "registry.watch_failed"]
    latest = house.watching.latest(member.id)
    assert latest is not None
    assert latest.findings.statement_expires_at == NOON + 24 * HOUR


def test_findings_about_nobody_are_refused(house: RegisterHouse) -> None:
    with pytest.raises(MemberUnknown):
        house.watching.report(EntityId("https://nobody.example"), found())
    assert house.trail.events == []
