"""Keys that stand in statements: announced before they sign, found after they stopped."""

from datetime import timedelta
from uuid import UUID

import pytest

from kernel.ids import PersonId
from tests.unit.trustroot.encrypting import encrypted, key_of
from tests.unit.trustroot.fakes import NOON, KeyHouse
from trustroot.keys.domain import (
    KEY_SET_KEPT,
    RULES,
    Actor,
    KeyState,
    Purpose,
    Reason,
    RoleGroup,
    Timings,
    Why,
)
from trustroot.keys.errors import (
    EncryptedRefused,
    NextKeyTooFresh,
    PurposeLasts,
    ReasonMissing,
)
from trustroot.keys.tasks import job_kinds

DAY = timedelta(days=1)
SKEW = timedelta(minutes=2)
SECOND = timedelta(seconds=1)
SOMEBODY = Actor(PersonId(UUID(int=1)), None)
IN_STATEMENTS = [
    Purpose.ANCHOR,
    Purpose.ENTITY,
    Purpose.CLIENT,
    Purpose.REQUEST_DECRYPT,
]


@pytest.fixture
def house() -> KeyHouse:
    made = KeyHouse(timings=Timings(statements=DAY))
    made.care.create_installation_keys()
    return made


def kid(house: KeyHouse, purpose: Purpose, state: KeyState) -> str:
    (found,) = (
        r.kid for r in house.store.records() if (r.purpose, r.state) == (purpose, state)
    )
    return found


def rotate(house: KeyHouse, purpose: Purpose = Purpose.ANCHOR) -> None:
    house.care.rotate(purpose, kid(house, purpose, KeyState.ACTIVE))


@pytest.mark.spec("OpenID Federation 1.0 §11.2")
@pytest.mark.parametrize("purpose", IN_STATEMENTS)
def test_a_key_signs_only_when_every_statement_without_it_has_ended(
    house: KeyHouse, purpose: Purpose
) -> None:
    following = kid(house, purpose, KeyState.NEXT)
    house.clock.advance(DAY + SKEW - SECOND)
    with pytest.raises(NextKeyTooFresh):
        rotate(house, purpose)
    assert house.trail.types() == ["keys.created"]
    house.clock.advance(SECOND)
    rotate(house, purpose)
    assert kid(house, purpose, KeyState.ACTIVE) == following


@pytest.mark.spec("OpenID Federation 1.0 §11.2")
def test_the_old_key_stays_published_as_long_as_what_it_signed_last_lives(
    house: KeyHouse,
) -> None:
    ring = house.process(RoleGroup.WORKER)
    old = ring.active_kid(Purpose.ANCHOR)
    house.clock.advance(DAY + SKEW)
    rotate(house)
    house.clock.advance(DAY + SKEW)
    house.care.destroy_spent()
    assert old in ring.published(Purpose.ANCHOR).by_kid
    house.clock.advance(SECOND)
    house.care.destroy_spent()
    house.clock.advance(timedelta(seconds=5))
    assert old not in ring.published(Purpose.ANCHOR).by_kid
    assert old not in house.vault.kept


@pytest.mark.spec("OpenID Federation 1.0 §8.7.2")
def test_a_key_is_historical_from_the_moment_it_stopped_signing(house: KeyHouse) -> None:
    old = kid(house, Purpose.ANCHOR, KeyState.ACTIVE)
    assert house.history.history(Purpose.ANCHOR) == ()
    house.clock.advance(DAY + SKEW)
    rotate(house)
    switched = house.clock()
    house.clock.advance(timedelta(days=3700))
    house.care.destroy_spent()
    (left,) = house.history.history(Purpose.ANCHOR)
    assert (left.kid, left.public["kid"]) == (old, old)
    assert (left.made_at, left.activated_at, left.expires_at) == (NOON, NOON, switched)
    assert (left.revoked_at, left.reason) == (None, None)
    assert house.history.history(Purpose.ENTITY) == ()


def test_symmetric_keys_are_in_no_history(house: KeyHouse) -> None:
    house.clock.advance(DAY)
    rotate(house, Purpose.SEAL)
    assert house.history.history(Purpose.SEAL) == ()


class TestAsking:
    """What the desk takes and what it refuses."""

    def test_too_early_is_refused_and_nothing_is_queued(self, house: KeyHouse) -> None:
        house.clock.advance(DAY)
        with pytest.raises(NextKeyTooFresh):
            house.desk.ask_rotation(Purpose.ANCHOR, SOMEBODY)
        assert house.jobs.queued == []
        assert house.trail.types() == ["keys.created"]

    def test_some_seconds_are_waited_for(self, house: KeyHouse) -> None:
        house.clock.advance(KEY_SET_KEPT)
        house.desk.ask_rotation(Purpose.TOKENS, SOMEBODY)
        assert [kind for kind, _, _ in house.jobs.queued] == ["keys.rotate"]

    def test_an_emergency_waits_for_nobody(self, house: KeyHouse) -> None:
        following = kid(house, Purpose.ANCHOR, KeyState.NEXT)
        why = Why(Reason.COMPROMISED, "")
        house.desk.ask_emergency_rotation(Purpose.ANCHOR, why, SOMEBODY)
        ((_, payload, _),) = house.jobs.queued
        (kind,) = job_kinds(house.care)
        kind.run(payload)
        assert kid(house, Purpose.ANCHOR, KeyState.ACTIVE) == following
        asked = house.trail.events[1]
        assert (asked.TYPE, asked.reason) == ("keys.rotation_asked", "compromised")

    def test_an_emergency_without_a_reason_is_refused(self, house: KeyHouse) -> None:
        with pytest.raises(ReasonMissing):
            house.desk.ask_emergency_rotation(
                Purpose.ANCHOR, Why(Reason.UNSPECIFIED, "  why not "), SOMEBODY
            )
        assert house.jobs.queued == []
        assert house.acts.rows == {}

    def test_no_emergency_gives_the_log_another_name(self, house: KeyHouse) -> None:
        why = Why(Reason.COMPROMISED, "")
        with pytest.raises(PurposeLasts):
            house.desk.ask_emergency_rotation(Purpose.LOG, why, SOMEBODY)
        assert house.jobs.queued == []


class TestBySchedule:
    """Rotation that nobody has to ask for."""

    @pytest.fixture
    def house(self) -> KeyHouse:
        timings = Timings(statements=DAY, anchor_period=timedelta(days=90))
        made = KeyHouse(timings=timings)
        made.care.create_installation_keys()
        return made

    def test_the_anchor_is_followed_when_its_time_is_over(self, house: KeyHouse) -> None:
        following = kid(house, Purpose.ANCHOR, KeyState.NEXT)
        house.clock.advance(timedelta(days=90) - SECOND)
        house.care.rotate_due()
        assert kid(house, Purpose.ANCHOR, KeyState.NEXT) == following
        house.clock.advance(SECOND)
        house.care.rotate_due()
        house.care.rotate_due()
        assert kid(house, Purpose.ANCHOR, KeyState.ACTIVE) == following
        assert house.trail.types() == ["keys.created", "keys.rotated"]

    def test_no_schedule_goes_before_the_announcement(self) -> None:
        timings = Timings(statements=7 * DAY, anchor_period=DAY)
        house = KeyHouse(timings=timings)
        house.care.create_installation_keys()
        house.clock.advance(6 * DAY)
        house.care.rotate_due()
        assert house.trail.types() == ["keys.created"]

    def test_nothing_else_is_rotated_by_schedule(self, house: KeyHouse) -> None:
        house.clock.advance(timedelta(days=1000))
        house.care.rotate_due()
        rotated = {r.purpose for r in house.store.records() if r.state is KeyState.RETIRED}
        assert rotated == {Purpose.ANCHOR}


class TestCompleting:
    """Installations older than a purpose."""

    def test_a_purpose_that_never_had_a_key_gets_its_keys(self, house: KeyHouse) -> None:
        old = {r.kid: r for r in house.store.records() if r.purpose is not Purpose.CLIENT}
        house.store.rows = dict(old)
        serving = house.process(RoleGroup.SERVE)
        serving.check(RoleGroup.SERVE)
        house.care.complete()
        house.clock.advance(timedelta(seconds=5))
        assert serving.sign(Purpose.CLIENT, "oauth-authz-req+jwt", {})
        assert len(serving.published(Purpose.CLIENT).by_kid) == 2
        assert {kid: house.store.rows[kid] for kid in old} == old

    @pytest.mark.spec("OIDC Core §10.2.1")
    def test_before_keys_to_encrypt_to_are_made_none_is_shown_and_nothing_opens(
        self, house: KeyHouse
    ) -> None:
        ours = Purpose.REQUEST_DECRYPT
        to = key_of(house.process(RoleGroup.SERVE).published(ours))
        house.store.rows = {
            r.kid: r for r in house.store.records() if r.purpose is not ours
        }
        serving = house.process(RoleGroup.SERVE)
        serving.check(RoleGroup.SERVE)
        assert serving.published(ours).by_kid == {}
        with pytest.raises(EncryptedRefused, match="kid"):
            serving.decrypt(ours, encrypted(to, "words"), limit_bytes=99)
        house.care.complete()
        house.clock.advance(timedelta(seconds=5))
        fresh = encrypted(key_of(serving.published(ours)), "words")
        assert serving.decrypt(ours, fresh, limit_bytes=99) == b"words"

    def test_what_is_complete_is_left_alone(self, house: KeyHouse) -> None:
        number = house.store.number
        house.care.complete()
        assert house.store.number == number
        assert len(house.vault.kept) == sum(1 + rule.rotates for rule in RULES.values())

    def test_first_keys_are_never_made_by_the_way(self) -> None:
        house = KeyHouse()
        house.care.complete()
        assert house.store.records() == ()
        assert house.vault.kept == {}
