"""Rotation: published before it signs, and no verification ever fails."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.entropy import SeededEntropy
from kernel.proof import seal
from kernel.proof.jose import ACCESS_TOKEN, UnknownKey, verify
from kernel.proof.seal import Place, Sealer, SealKeyUnknown
from tests.unit.trustroot.fakes import KeyHouse, MemoryJobs
from trustroot.keys.domain import (
    RETENTION,
    RULES,
    KeyState,
    Purpose,
    RoleGroup,
    Timings,
)
from trustroot.keys.errors import (
    KeyNotHeld,
    KeysExist,
    NextKeyTooFresh,
    NoActiveKey,
    PurposeLasts,
    UnknownPurpose,
)
from trustroot.keys.service import KeyDesk, KeyRing

SERVE, WORKER = RoleGroup.SERVE, RoleGroup.WORKER
LEAD = Timings().of(Purpose.TOKENS).lead


@pytest.fixture
def house() -> KeyHouse:
    made = KeyHouse()
    made.care.create_installation_keys()
    return made


def rotate(house: KeyHouse, purpose: Purpose = Purpose.TOKENS) -> None:
    worker = house.process(SERVE, WORKER)
    house.care.rotate(purpose, worker.active_kid(purpose))


def a_token(ring: KeyRing) -> str:
    return ring.sign(Purpose.TOKENS, "at+jwt", {"sub": "a"})


def test_creation_makes_an_active_and_a_next_key_of_every_rotating_purpose(
    house: KeyHouse,
) -> None:
    for purpose, rule in RULES.items():
        states = [r.state for r in house.store.records() if r.purpose is purpose]
        expected = [KeyState.ACTIVE, KeyState.NEXT] if rule.rotates else [KeyState.ACTIVE]
        assert sorted(states) == sorted(expected)
    assert house.trail.types() == ["keys.created"]


def test_keys_are_never_made_over_existing_ones(house: KeyHouse) -> None:
    before = house.store.records()
    with pytest.raises(KeysExist):
        house.care.create_installation_keys()
    assert house.store.records() == before
    assert house.trail.types() == ["keys.created"]


@pytest.mark.spec("RFC 7515 §4.1")
def test_a_signature_names_algorithm_key_and_type(house: KeyHouse) -> None:
    ring = house.process(SERVE)
    claims = verify(a_token(ring), ring.published(Purpose.TOKENS), ACCESS_TOKEN)
    assert claims.header == {
        "alg": "ES256",
        "kid": ring.active_kid(Purpose.TOKENS),
        "typ": "at+jwt",
    }


def test_more_header_members_do_not_replace_ours(house: KeyHouse) -> None:
    ring = house.process(SERVE)
    given_header = {"alg": "none", "kid": "x", "typ": "x", "cty": "y"}
    token = ring.sign(Purpose.TOKENS, "at+jwt", {}, header=given_header)
    header = verify(token, ring.published(Purpose.TOKENS), ACCESS_TOKEN).header
    assert (header["alg"], header["typ"], header["cty"]) == ("ES256", "at+jwt", "y")


def test_the_log_signs_with_ed25519(house: KeyHouse) -> None:
    signature = house.process(WORKER).sign_raw(Purpose.LOG, b"tree head")
    assert (signature.alg, len(signature.signature)) == ("EdDSA", 64)


def test_serve_publishes_every_purpose_and_signs_only_its_own(house: KeyHouse) -> None:
    serving = house.process(SERVE)
    assert len(serving.published(Purpose.ANCHOR).by_kid) == 2
    for purpose in (Purpose.ANCHOR, Purpose.LIST, Purpose.LOG, Purpose.CA):
        with pytest.raises(KeyNotHeld):
            serving.sign_raw(purpose, b"x")


def test_a_rotation_is_seen_within_five_seconds(house: KeyHouse) -> None:
    serving = house.process(SERVE)
    first = serving.active_kid(Purpose.TOKENS)
    house.clock.advance(LEAD)
    rotate(house)
    house.clock.advance(timedelta(seconds=5))
    assert serving.active_kid(Purpose.TOKENS) != first
    assert first in serving.published(Purpose.TOKENS).by_kid


def test_between_two_probes_nothing_is_read(house: KeyHouse) -> None:
    serving = house.process(SERVE)
    a_token(serving)
    reads = house.store.reads
    for _ in range(50):
        a_token(serving)
    assert house.store.reads == reads


def test_a_next_key_not_published_long_enough_is_not_used(house: KeyHouse) -> None:
    house.clock.advance(LEAD)
    rotate(house)
    before = house.store.records()
    house.clock.advance(LEAD - timedelta(seconds=1))
    with pytest.raises(NextKeyTooFresh):
        rotate(house)
    assert house.store.records() == before
    assert house.trail.types().count("keys.rotated") == 1


def test_a_job_that_runs_twice_rotates_once(house: KeyHouse) -> None:
    active = house.process(SERVE).active_kid(Purpose.TOKENS)
    house.clock.advance(LEAD)
    house.care.rotate(Purpose.TOKENS, active)
    house.clock.advance(LEAD)
    house.care.rotate(Purpose.TOKENS, active)
    assert house.trail.types().count("keys.rotated") == 1


@pytest.mark.parametrize("purpose", [Purpose.LOG, Purpose.PAIRWISE, Purpose.PERSON])
def test_keys_that_name_something_are_never_rotated(
    house: KeyHouse, purpose: Purpose
) -> None:
    before = house.store.records()
    house.clock.advance(LEAD)
    with pytest.raises(PurposeLasts):
        rotate(house, purpose)
    assert house.store.records() == before


@given(steps=st.lists(st.sampled_from(["rotate", "sign", "wait"]), max_size=12))
def test_no_verification_fails_through_any_number_of_rotations(steps: list[str]) -> None:
    """Two serving processes probe at different times; each believes the other's tokens."""
    house = KeyHouse()
    house.care.create_installation_keys()
    one = house.process(SERVE)
    one.published(Purpose.TOKENS)
    house.clock.advance(timedelta(seconds=1))
    two = house.process(SERVE)
    tokens = [a_token(one)]
    for step in steps:
        if step == "rotate":
            house.clock.advance(LEAD)
            rotate(house)
        if step == "wait":
            house.clock.advance(timedelta(seconds=1))
        tokens += [a_token(one), a_token(two)]
        for token in tokens:
            verify(token, one.published(Purpose.TOKENS), ACCESS_TOKEN)
            verify(token, two.published(Purpose.TOKENS), ACCESS_TOKEN)


def test_a_spent_key_is_destroyed_and_published_no_more(house: KeyHouse) -> None:
    ring = house.process(SERVE, WORKER)
    token, old = a_token(ring), ring.active_kid(Purpose.TOKENS)
    house.clock.advance(LEAD)
    rotate(house)
    house.clock.advance(RETENTION)
    house.care.destroy_spent()
    assert old in house.vault.kept
    house.clock.advance(timedelta(seconds=1))
    house.care.destroy_spent()
    assert old not in house.vault.kept
    house.clock.advance(timedelta(seconds=5))
    with pytest.raises(UnknownKey):
        verify(token, ring.published(Purpose.TOKENS), ACCESS_TOKEN)


def test_what_was_sealed_before_a_rotation_opens_after_it(house: KeyHouse) -> None:
    one, two = house.process(SERVE), house.process(SERVE)
    place = Place("room", "column", "row")
    sealed = Sealer(one, SeededEntropy(1)).seal(b"text", place)
    house.clock.advance(LEAD)
    rotate(house, Purpose.SEAL)
    house.clock.advance(timedelta(days=400))
    house.care.destroy_spent()
    again = Sealer(one, SeededEntropy(2)).seal(b"more", place)
    assert Sealer(two, SeededEntropy(3)).open(sealed, place) == b"text"
    assert Sealer(two, SeededEntropy(3)).open(again, place) == b"more"
    assert one.current(seal.Purpose.SEAL).kid != Sealer(one, SeededEntropy(1)).key_of(
        sealed
    )


def test_a_symmetric_key_of_another_purpose_is_unknown(house: KeyHouse) -> None:
    ring = house.process(SERVE)
    kid = ring.current(seal.Purpose.SEAL).kid
    with pytest.raises(SealKeyUnknown):
        ring.by_id(seal.Purpose.PAIRWISE, kid)
    with pytest.raises(SealKeyUnknown):
        ring.by_id(seal.Purpose.SEAL, "nobody's")


def test_without_keys_everything_says_so() -> None:
    ring = KeyHouse().process(SERVE)
    with pytest.raises(NoActiveKey, match="tokens"):
        a_token(ring)
    with pytest.raises(NoActiveKey):
        ring.check(SERVE)


def test_a_lost_private_key_is_found_out_at_the_start(house: KeyHouse) -> None:
    house.process(SERVE, WORKER).check(WORKER)
    house.vault.kept.clear()
    with pytest.raises(KeyNotHeld):
        house.process(SERVE, WORKER).check(WORKER)


class TestAskingForARotation:
    """The desk queues a job; the worker rotates."""

    @pytest.fixture
    def jobs(self, house: KeyHouse) -> MemoryJobs:
        return house.jobs

    @pytest.fixture
    def desk(self, house: KeyHouse) -> KeyDesk:
        return house.desk

    def test_asked_twice_it_is_queued_once(
        self, house: KeyHouse, desk: KeyDesk, jobs: MemoryJobs
    ) -> None:
        desk.ask_rotation(Purpose.ANCHOR, None)
        desk.ask_rotation(Purpose.ANCHOR, None)
        active = house.process(WORKER).active_kid(Purpose.ANCHOR)
        payload = {"purpose": "anchor", "active": active}
        assert [(kind, said) for kind, said, _ in jobs.queued] == [("keys.rotate", payload)]

    @pytest.mark.parametrize(
        ("purpose", "refusal"),
        [(Purpose.LOG, PurposeLasts), (Purpose.SAML_SIGN, UnknownPurpose)],
    )
    def test_what_cannot_be_rotated_is_not_queued(
        self, desk: KeyDesk, jobs: MemoryJobs, purpose: Purpose, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            desk.ask_rotation(purpose, None)
        assert jobs.queued == []
