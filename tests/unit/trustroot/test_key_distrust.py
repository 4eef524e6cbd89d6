"""Distrust: one person at once, in every process; a second looks at it."""

from datetime import timedelta
from uuid import UUID

import pytest

from kernel.approval import ChangeDiffers, SamePerson
from kernel.ids import PersonId
from kernel.proof.jose import ACCESS_TOKEN, UnknownKey, verify
from kernel.secret import Digest
from kernel.standing import NotInGoodStanding, Party, PartyKind
from tests.unit.trustroot.fakes import KeyHouse
from tests.unit.trustroot.registers import MemoryStanding
from trustroot.keys.domain import Actor, KeyState, Purpose, Reason, RoleGroup, Why
from trustroot.keys.errors import (
    DistrustUnsupported,
    KeyDistrusted,
    NoActiveKey,
    NothingToConfirm,
    ReasonMissing,
    UnknownKeyId,
)
from trustroot.keys.service import Distrusting

FIRST, SECOND = Actor(PersonId(UUID(int=1)), None), Actor(PersonId(UUID(int=2)), None)
STOLEN = Why(Reason.COMPROMISED, "")
FIVE_SECONDS = timedelta(seconds=5)


@pytest.fixture
def house() -> KeyHouse:
    made = KeyHouse()
    made.care.create_installation_keys()
    return made


@pytest.fixture
def standing(house: KeyHouse) -> MemoryStanding:
    return MemoryStanding(house.work)


@pytest.fixture
def distrusting(house: KeyHouse, standing: MemoryStanding) -> Distrusting:
    return house.distrusting(standing)


def active(house: KeyHouse, purpose: Purpose = Purpose.TOKENS) -> str:
    return house.process(RoleGroup.SERVE).active_kid(purpose)


@pytest.mark.spec("OpenID Federation 1.0 §8.7.3")
def test_a_stolen_key_signs_no_more_and_is_believed_by_nobody(
    house: KeyHouse, distrusting: Distrusting, standing: MemoryStanding
) -> None:
    ring, stolen = house.process(RoleGroup.SERVE), active(house)
    token = ring.sign(Purpose.TOKENS, "at+jwt", {"sub": "a"})
    distrusting.distrust(stolen, STOLEN, FIRST)
    house.clock.advance(FIVE_SECONDS)
    assert ring.active_kid(Purpose.TOKENS) != stolen
    with pytest.raises(UnknownKey):
        verify(token, ring.published(Purpose.TOKENS), ACCESS_TOKEN)
    with pytest.raises(NotInGoodStanding):
        standing.require(Party(PartyKind.KEY, stolen))
    fresh = ring.sign(Purpose.TOKENS, "at+jwt", {"sub": "a"})
    assert verify(fresh, ring.published(Purpose.TOKENS), ACCESS_TOKEN)
    assert house.trail.types() == ["keys.created", "keys.distrusted"]


def test_a_process_whose_clock_was_set_back_learns_of_it_as_soon(
    house: KeyHouse, distrusting: Distrusting
) -> None:
    ring, stolen = house.process(RoleGroup.SERVE), active(house)
    assert ring.active_kid(Purpose.TOKENS) == stolen
    house.clock.advance(timedelta(hours=-1))
    distrusting.distrust(stolen, STOLEN, FIRST)
    house.clock.advance(FIVE_SECONDS)
    assert ring.active_kid(Purpose.TOKENS) != stolen
    assert stolen not in ring.published(Purpose.TOKENS).by_kid


@pytest.mark.spec("OpenID Federation 1.0 §8.7.2")
def test_the_history_says_since_when_and_why(
    house: KeyHouse, distrusting: Distrusting
) -> None:
    stolen = active(house, Purpose.ANCHOR)
    distrusting.distrust(stolen, STOLEN, FIRST)
    (left,) = house.history.history(Purpose.ANCHOR)
    assert (left.kid, left.reason) == (stolen, Reason.COMPROMISED)
    assert left.revoked_at == left.expires_at == house.clock()


def test_a_next_key_takes_over_at_once_and_a_fresh_one_is_announced(
    house: KeyHouse, distrusting: Distrusting
) -> None:
    distrusting.distrust(active(house, Purpose.ANCHOR), STOLEN, FIRST)
    house.care.complete()
    states = sorted(r.state for r in house.store.records() if r.purpose is Purpose.ANCHOR)
    assert states == [KeyState.ACTIVE, KeyState.DISTRUSTED, KeyState.NEXT]


def test_a_next_key_can_be_distrusted_before_it_ever_signs(
    house: KeyHouse, distrusting: Distrusting
) -> None:
    first = active(house)
    (following,) = (
        r.kid
        for r in house.store.records()
        if (r.purpose, r.state) == (Purpose.TOKENS, KeyState.NEXT)
    )
    distrusting.distrust(following, STOLEN, FIRST)
    house.care.complete()
    house.clock.advance(FIVE_SECONDS)
    assert active(house) == first
    assert following not in house.process(RoleGroup.SERVE).published(Purpose.TOKENS).by_kid
    (left,) = house.history.history(Purpose.TOKENS)
    assert (left.kid, left.activated_at) == (following, None)


def test_without_a_next_key_nothing_signs_until_the_worker_has_made_one(
    house: KeyHouse, distrusting: Distrusting
) -> None:
    for _ in range(2):
        distrusting.distrust(active(house), STOLEN, FIRST)
    ring = house.process(RoleGroup.SERVE)
    with pytest.raises(NoActiveKey):
        ring.sign(Purpose.TOKENS, "at+jwt", {})
    house.care.complete()
    house.clock.advance(FIVE_SECONDS)
    assert ring.sign(Purpose.TOKENS, "at+jwt", {})
    assert len(ring.published(Purpose.TOKENS).by_kid) == 2


def test_a_destroyed_key_can_still_be_found_to_have_been_stolen(
    house: KeyHouse, distrusting: Distrusting, standing: MemoryStanding
) -> None:
    old = active(house)
    house.clock.advance(timedelta(days=1))
    house.care.rotate(Purpose.TOKENS, old)
    switched = house.clock()
    house.clock.advance(timedelta(days=31))
    house.care.destroy_spent()
    distrusting.distrust(old, STOLEN, FIRST)
    (left,) = house.history.history(Purpose.TOKENS)
    assert (left.expires_at, left.revoked_at) == (switched, house.clock())
    with pytest.raises(NotInGoodStanding):
        standing.require(Party(PartyKind.KEY, old))


def test_a_distrusted_key_is_destroyed_in_the_end_and_stays_distrusted(
    house: KeyHouse, distrusting: Distrusting
) -> None:
    stolen = active(house)
    distrusting.distrust(stolen, STOLEN, FIRST)
    house.clock.advance(timedelta(days=31))
    house.care.destroy_spent()
    assert stolen not in house.vault.kept
    (left,) = house.history.history(Purpose.TOKENS)
    assert left.reason is Reason.COMPROMISED


@pytest.mark.parametrize(
    ("purpose", "refusal"),
    [
        (Purpose.LOG, DistrustUnsupported),
        (Purpose.SEAL, DistrustUnsupported),
        (Purpose.PAIRWISE, DistrustUnsupported),
    ],
)
def test_what_nothing_could_follow_is_not_distrusted(
    house: KeyHouse,
    distrusting: Distrusting,
    standing: MemoryStanding,
    purpose: Purpose,
    refusal: type[Exception],
) -> None:
    (kid,) = (
        r.kid
        for r in house.store.records()
        if (r.purpose, r.state) == (purpose, KeyState.ACTIVE)
    )
    before = house.store.records()
    with pytest.raises(refusal):
        distrusting.distrust(kid, STOLEN, FIRST)
    assert house.store.records() == before
    assert (standing.changes, house.acts.rows) == ([], {})


def test_an_unknown_key_a_second_time_and_no_reason_are_refused(
    house: KeyHouse, distrusting: Distrusting, standing: MemoryStanding
) -> None:
    kid = active(house)
    with pytest.raises(UnknownKeyId):
        distrusting.distrust("nobody's", STOLEN, FIRST)
    for why in (Why(Reason.UNSPECIFIED, ""), Why(Reason.COMPROMISED, "x" * 2001)):
        with pytest.raises(ReasonMissing, match=r"^note: [08] to 2000 characters"):
            distrusting.distrust(kid, why, FIRST)
    assert (standing.changes, active(house)) == ([], kid)
    distrusting.distrust(kid, Why(Reason.UNSPECIFIED, "seen in a paste"), FIRST)
    with pytest.raises(KeyDistrusted):
        distrusting.distrust(kid, STOLEN, SECOND)
    assert len(standing.changes) == 1


class TestTheSecondPerson:
    """What was done alone is confirmed by another, or the alarm rises."""

    def test_another_person_confirms_exactly_what_was_done(
        self, house: KeyHouse, distrusting: Distrusting
    ) -> None:
        act = distrusting.distrust(active(house), STOLEN, FIRST)
        after = distrusting.confirm(act.kid, act.digest, SECOND)
        assert (after.second, after.confirmed_at) == (SECOND.person, house.clock())
        assert house.trail.types()[-1] == "keys.distrust_confirmed"
        with pytest.raises(NothingToConfirm):
            distrusting.confirm(act.kid, act.digest, SECOND)

    def test_oneself_is_no_second_person(
        self, house: KeyHouse, distrusting: Distrusting
    ) -> None:
        act = distrusting.distrust(active(house), STOLEN, FIRST)
        with pytest.raises(SamePerson):
            distrusting.confirm(act.kid, act.digest, FIRST)
        with pytest.raises(ChangeDiffers):
            distrusting.confirm(act.kid, Digest(bytes(32)), SECOND)
        (held,) = house.acts.rows.values()
        assert held.second is None

    def test_a_key_that_is_trusted_has_nothing_to_confirm(
        self, house: KeyHouse, distrusting: Distrusting
    ) -> None:
        with pytest.raises(NothingToConfirm):
            distrusting.confirm(active(house), Digest(bytes(32)), SECOND)

    def test_unconfirmed_it_stays_and_the_alarm_rises_once(
        self, house: KeyHouse, distrusting: Distrusting
    ) -> None:
        stolen = active(house)
        distrusting.distrust(stolen, STOLEN, FIRST)
        house.clock.advance(timedelta(hours=24))
        distrusting.raise_alarms()
        assert "keys.distrust_unconfirmed" not in house.trail.types()
        house.clock.advance(timedelta(seconds=1))
        distrusting.raise_alarms()
        distrusting.raise_alarms()
        assert house.trail.types().count("keys.distrust_unconfirmed") == 1
        assert active(house) != stolen

    def test_a_confirmed_one_raises_no_alarm(
        self, house: KeyHouse, distrusting: Distrusting
    ) -> None:
        act = distrusting.distrust(active(house), STOLEN, FIRST)
        distrusting.confirm(act.kid, act.digest, SECOND)
        house.clock.advance(timedelta(days=2))
        distrusting.raise_alarms()
        assert "keys.distrust_unconfirmed" not in house.trail.types()
