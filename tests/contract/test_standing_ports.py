"""The promises of `Standing` and `StandingRegister`: in memory and on both engines."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from kernel.clock import SetClock
from kernel.infra.db import Database
from kernel.infra.standing_store import STANDING_CHANGE, SqlStanding
from kernel.standing import (
    NotInGoodStanding,
    Party,
    PartyKind,
    RowStanding,
    Standing,
    StandingRegister,
    State,
    lapse_kept,
)
from tests.unit.kernel.remembered import RememberedStanding

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PROVINCE = Party(PartyKind.MEMBER, "https://province44.example")
PORTAL = Party(PartyKind.RELYING_PARTY, "portal")
OTHER = Party(PartyKind.SCOPE, "members:read")


class Both(Standing, StandingRegister, Protocol):
    """What decides and what asks, in one."""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def standing(
    request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock
) -> Iterator[Both]:
    if request.param == "memory":
        yield RememberedStanding(clock)
        return
    url = f"sqlite:///{tmp_path}/hub.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    STANDING_CHANGE.drop(database.engine, checkfirst=True)
    STANDING_CHANGE.create(database.engine)
    kept = SqlStanding(database, clock)
    kept.refresh()
    yield kept
    database.close()


def test_it_is_both_ports(standing: Both) -> None:
    def write(register: StandingRegister) -> int:
        return register.change(PROVINCE, State.SUSPENDED, reason="r")

    def ask(view: Standing) -> int:
        return view.number()

    assert write(standing) == ask(standing) == 1


def test_a_long_reason_never_keeps_anybody_in_office(standing: Both) -> None:
    standing.change(PROVINCE, State.SUSPENDED, reason="长" * 2000)
    with pytest.raises(NotInGoodStanding):
        standing.require(PROVINCE)
    (change,) = standing.changes_since(0)
    assert change.reason == "长" * 500


def test_who_is_not_named_is_in_good_standing(standing: Both) -> None:
    standing.require(PROVINCE, PORTAL, RowStanding("session", "s1", ended=False))
    standing.require()
    assert standing.number() == 0


@pytest.mark.parametrize("state", [State.SUSPENDED, State.WITHDRAWN])
def test_an_exception_refuses_that_party_only(standing: Both, state: State) -> None:
    assert standing.change(PROVINCE, state, reason="supervision") == 1
    standing.require(PORTAL)
    with pytest.raises(NotInGoodStanding) as refusal:
        standing.require(PORTAL, PROVINCE)
    assert refusal.value.party == PROVINCE


def test_a_name_counts_for_its_own_kind_only(standing: Both) -> None:
    standing.change(Party(PartyKind.CA, "x"), State.SUSPENDED, reason="r")
    standing.require(Party(PartyKind.KEY, "x"))


def test_a_row_that_has_ended_is_refused(standing: Both) -> None:
    ended = RowStanding("session", "s1", ended=True)
    with pytest.raises(NotInGoodStanding) as refusal:
        standing.require(PROVINCE, ended)
    assert refusal.value.party == ended


def test_good_standing_can_be_given_back(standing: Both) -> None:
    standing.change(PROVINCE, State.SUSPENDED, reason="r")
    assert standing.change(PROVINCE, State.GOOD, reason="lifted") == 2
    standing.require(PROVINCE)


def test_changes_are_told_in_order_and_in_portions(standing: Both) -> None:
    for state in (State.SUSPENDED, State.GOOD, State.WITHDRAWN):
        standing.change(PROVINCE, state, reason=state.value)
    changes = standing.changes_since(1, limit=2)
    assert [(c.number, c.state, c.reason, c.at) for c in changes] == [
        (2, State.GOOD, "good", NOW),
        (3, State.WITHDRAWN, "withdrawn", NOW),
    ]
    assert [c.number for c in standing.changes_since(0, limit=1)] == [1]
    assert standing.changes_since(3) == ()


@pytest.mark.spec("attacks §6")
def test_a_lapse_lasts_until_the_second_in_which_standing_was_given_back(
    standing: Both, clock: SetClock
) -> None:
    standing.change(PORTAL, State.SUSPENDED, reason="r")
    clock.advance(timedelta(minutes=20, seconds=1.25))
    standing.change(OTHER, State.SUSPENDED, reason="a look at the clock")
    standing.change(PORTAL, State.GOOD, reason="r")
    until = standing.last_lapse(PORTAL)
    assert until is not None
    back = NOW + timedelta(minutes=20, seconds=1)
    assert back - timedelta(milliseconds=1) < until < back
    standing.require(PORTAL, RowStanding("grant", "g1", ended=False))


@pytest.mark.spec("attacks §6")
def test_the_last_lapse_of_several_counts(standing: Both, clock: SetClock) -> None:
    for party in (PORTAL, PROVINCE, PORTAL):
        standing.change(party, State.SUSPENDED, reason="r")
        clock.advance(timedelta(seconds=1))
    row = RowStanding("grant", "g1", ended=True)
    assert standing.last_lapse(row) is None
    assert standing.last_lapse(PROVINCE) == NOW + timedelta(seconds=1)
    assert standing.last_lapse(PROVINCE, row, PORTAL) == NOW + timedelta(seconds=2)
    assert standing.last_lapse(OTHER) is standing.last_lapse() is None


@pytest.mark.spec("attacks §6")
@pytest.mark.parametrize("party", [PORTAL, PROVINCE], ids=["portal", "province"])
def test_a_loss_is_forgotten_when_nothing_is_left_of_before(
    standing: Both, clock: SetClock, party: Party
) -> None:
    standing.change(party, State.SUSPENDED, reason="r")
    clock.advance(lapse_kept(party.kind))
    standing.change(OTHER, State.GOOD, reason="r")
    assert standing.last_lapse(party) == NOW
    clock.advance(timedelta(seconds=1))
    standing.change(OTHER, State.GOOD, reason="r")
    assert standing.last_lapse(party) is None
    with pytest.raises(NotInGoodStanding):
        standing.require(party)
