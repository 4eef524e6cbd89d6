"""Keys of members who speak no federation: each its own, used by the worker only."""

from datetime import timedelta
from uuid import UUID

import pytest

from kernel.ids import PersonId
from kernel.proof.jose import ENTITY_STATEMENT, UnknownKey, verify
from tests.unit.trustroot.fakes import KeyHouse
from tests.unit.trustroot.registers import MemoryStanding
from trustroot.keys.domain import Actor, KeyState, Purpose, Reason, RoleGroup, Why
from trustroot.keys.errors import KeyNotHeld, NoActiveKey

TYP = "entity-statement+jwt"
SERVE, WORKER = RoleGroup.SERVE, RoleGroup.WORKER
ACTOR, STOLEN = Actor(PersonId(UUID(int=1)), None), Why(Reason.COMPROMISED, "")


@pytest.fixture
def house() -> KeyHouse:
    made = KeyHouse()
    made.care.create_installation_keys()
    return made


def test_each_member_signs_with_keys_of_its_own(house: KeyHouse) -> None:
    signer = house.represented(SERVE, WORKER)
    for slug in ("pay", "city-bank"):
        signer.ensure(slug)
    house.clock.advance(timedelta(seconds=5))
    token = signer.sign("pay", TYP, {"iss": "https://pay.example"})
    assert verify(token, signer.published("pay"), ENTITY_STATEMENT)
    with pytest.raises(UnknownKey):
        verify(token, signer.published("city-bank"), ENTITY_STATEMENT)
    with pytest.raises(UnknownKey):
        verify(token, house.process(SERVE).published(Purpose.ANCHOR), ENTITY_STATEMENT)


def test_asked_twice_keys_are_made_once(house: KeyHouse) -> None:
    signer, another = house.represented(SERVE, WORKER), house.represented(SERVE, WORKER)
    another.published("pay")
    signer.ensure("pay")
    another.ensure("pay")  # it has not looked since
    states = [r.state for r in house.store.ever(Purpose.REPRESENTED)]
    assert sorted(states) == [KeyState.ACTIVE, KeyState.NEXT]


def test_serve_shows_the_public_halves_and_signs_nothing(house: KeyHouse) -> None:
    house.represented(SERVE, WORKER).ensure("pay")
    serving = house.represented(SERVE)
    assert len(serving.published("pay").by_kid) == 2
    with pytest.raises(KeyNotHeld):
        serving.sign("pay", TYP, {})
    with pytest.raises(KeyNotHeld):
        serving.ensure("another")
    assert len(house.store.ever(Purpose.REPRESENTED)) == 2


def test_a_member_without_keys_signs_nothing(house: KeyHouse) -> None:
    signer = house.represented(SERVE, WORKER)
    assert signer.published("pay").by_kid == {}
    with pytest.raises(NoActiveKey):
        signer.sign("pay", TYP, {})


def test_hundreds_of_members_fit(house: KeyHouse) -> None:
    signer = house.represented(SERVE, WORKER)
    for number in range(80):
        house.care.create_named(Purpose.REPRESENTED, f"member-{number}")
    assert len(signer.published("member-79").by_kid) == 2


def test_what_is_there_stays_and_only_what_lacks_is_made(house: KeyHouse) -> None:
    house.represented(SERVE, WORKER).ensure("pay")
    distrusting = house.distrusting(MemoryStanding(house.work))
    for _ in range(2):
        (active,) = (
            r.kid
            for r in house.store.records()
            if (r.name, r.state) == ("pay", KeyState.ACTIVE)
        )
        distrusting.distrust(active, STOLEN, ACTOR)
    for _ in range(2):
        house.care.create_named(Purpose.REPRESENTED, "pay")
    states = [r.state for r in house.store.records() if r.name == "pay"]
    assert sorted(states) == sorted(
        [KeyState.DISTRUSTED, KeyState.DISTRUSTED, KeyState.ACTIVE, KeyState.NEXT]
    )


def test_one_members_key_is_rotated_for_itself(house: KeyHouse) -> None:
    signer = house.represented(SERVE, WORKER)
    for slug in ("pay", "city-bank"):
        signer.ensure(slug)
    house.clock.advance(timedelta(seconds=11))
    other = set(signer.published("city-bank").by_kid)
    (active,) = (
        r.kid
        for r in house.store.records()
        if (r.name, r.state) == ("pay", KeyState.ACTIVE)
    )
    house.desk.ask_rotation(Purpose.REPRESENTED, None, name="pay")
    house.care.rotate(Purpose.REPRESENTED, active)
    house.clock.advance(timedelta(seconds=5))
    assert len(signer.published("pay").by_kid) == 3
    assert signer.ring.sign(Purpose.REPRESENTED, TYP, {}, name="pay")
    assert set(signer.published("city-bank").by_kid) == other
    house.care.complete()
    assert len(house.store.ever(Purpose.REPRESENTED)) == 5


def test_keys_are_published_the_moment_they_are_made(house: KeyHouse) -> None:
    signer = house.represented(SERVE, WORKER)
    assert not signer.published("pay").by_kid  # it has just looked
    signer.ensure("pay")
    assert signer.published("pay").by_kid
