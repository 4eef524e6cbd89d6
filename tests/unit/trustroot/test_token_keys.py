"""Keys that sign tokens: one for each algorithm, each followed without a lost signature."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.ids import PersonId
from kernel.proof.jose import (
    ID_TOKEN,
    AlgorithmNotAllowed,
    JwsProfile,
    KeySet,
    UnknownKey,
    verify,
)
from kernel.proof.jose.algorithms import EDWARDS
from tests.unit.trustroot.fakes import KeyHouse
from trustroot.keys.build import purposes_of
from trustroot.keys.domain import (
    KEY_SET_KEPT,
    TOKEN_PURPOSES,
    Actor,
    KeyState,
    Purpose,
    Reason,
    RoleGroup,
    Timings,
    Why,
)
from trustroot.keys.errors import NextKeyTooFresh, NoActiveKey, PurposeUnsupported
from trustroot.keys.service import KeyRing
from trustroot.keys.tasks import job_kinds

SERVE, WORKER = RoleGroup.SERVE, RoleGroup.WORKER
ALL = tuple(TOKEN_PURPOSES)
LEAD = Timings().of(Purpose.TOKENS).lead
QUICK = ("ES256", "EdDSA")


def house_of(*algorithms: str) -> KeyHouse:
    """Return an installation whose worker has made all it should."""
    house = KeyHouse()
    house.care.create_installation_keys()
    house.care = replace(house.care, purposes=purposes_of(algorithms))
    for _ in range(2 * len(algorithms)):
        house.care.complete()
        house.clock.advance(KEY_SET_KEPT)
    return house


@pytest.fixture(scope="module")
def complete() -> KeyHouse:
    return house_of(*ALL)


def id_token(ring: KeyRing, algorithm: str | None) -> str:
    if algorithm is None:
        return ring.sign(Purpose.TOKENS, "JWT", {"sub": "a"})
    return ring.sign_by(algorithm, Purpose.TOKENS, "JWT", {"sub": "a"})


@pytest.mark.spec("RFC 7518 §3.1")
@pytest.mark.parametrize("algorithm", ALL)
def test_a_token_is_signed_by_the_algorithm_asked(
    complete: KeyHouse, algorithm: str
) -> None:
    ring = complete.process(SERVE)
    profile = JwsProfile("JWT", frozenset({algorithm}))
    said = verify(id_token(ring, algorithm), ring.published(Purpose.TOKENS), profile)
    assert said.header["alg"] == algorithm


@pytest.mark.spec("RFC 7517 §4.4")
def test_every_algorithm_has_keys_of_its_own(complete: KeyHouse) -> None:
    shown = complete.process(SERVE).published(Purpose.TOKENS).by_kid.values()
    assert sorted(key.alg or "" for key in shown) == sorted(2 * ALL)
    assert all(key.algorithms in ({key.alg}, EDWARDS) for key in shown)


@pytest.mark.spec("RFC 8725 §3.1")
def test_a_key_of_one_algorithm_verifies_nothing_of_another(complete: KeyHouse) -> None:
    ring = complete.process(SERVE)
    token = id_token(ring, "RS256")
    with pytest.raises(AlgorithmNotAllowed):
        verify(
            token, ring.published(Purpose.TOKENS), JwsProfile("JWT", frozenset({"PS256"}))
        )


def test_without_a_wish_tokens_are_signed_by_es256(complete: KeyHouse) -> None:
    ring = complete.process(SERVE)
    said = verify(id_token(ring, None), ring.published(Purpose.TOKENS), ID_TOKEN)
    assert said.header["alg"] == "ES256"
    assert said.header["kid"] == ring.active_kid(Purpose.TOKENS)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES384", "", "A256"])
def test_no_other_algorithm_signs(complete: KeyHouse, algorithm: str) -> None:
    with pytest.raises(PurposeUnsupported):
        id_token(complete.process(SERVE), algorithm)


def test_other_purposes_have_one_algorithm(complete: KeyHouse) -> None:
    ring = complete.process(SERVE)
    with pytest.raises(PurposeUnsupported):
        ring.sign_by("RS256", Purpose.ENTITY, "JWT", {})


def test_what_signs_now_is_told(complete: KeyHouse) -> None:
    assert complete.process(SERVE).algorithms(Purpose.TOKENS) == ALL
    assert house_of().process(SERVE).algorithms(Purpose.TOKENS) == ("ES256",)


@pytest.mark.spec("OIDC Discovery §3")
def test_an_algorithm_that_the_settings_leave_out_by_now_signs_no_more() -> None:
    """Its keys are there still, and what they signed is verified by them."""
    house = house_of(*QUICK)
    signed = id_token(house.process(SERVE), "EdDSA")
    left = KeyRing(house.store, house.vault, house.clock, purposes_of([]))
    assert left.algorithms(Purpose.TOKENS) == ("ES256",)
    with pytest.raises(NoActiveKey, match="tokens-eddsa"):
        id_token(left, "EdDSA")
    assert id_token(left, "ES256")
    profile = JwsProfile("JWT", frozenset({"EdDSA"}))
    assert verify(signed, left.published(Purpose.TOKENS), profile)


def test_an_installation_from_before_gets_what_its_settings_ask_for() -> None:
    house = house_of()
    with pytest.raises(NoActiveKey, match="tokens-eddsa"):
        id_token(house.process(SERVE), "EdDSA")
    house.care = replace(house.care, purposes=purposes_of(["EdDSA"]))
    house.care.complete()
    assert house.process(SERVE).algorithms(Purpose.TOKENS) == QUICK


def test_of_slow_keys_a_run_makes_one_and_what_follows_waits() -> None:
    house = house_of()
    house.care = replace(house.care, purposes=purposes_of(["RS256", "PS256"]))
    for expected in (("RS256",), ("RS256", "PS256")):
        house.care.complete()
        assert house.process(SERVE).algorithms(Purpose.TOKENS) == ("ES256", *expected)
    before = house.store.records()
    house.care.complete()
    assert house.store.records() == before
    house.clock.advance(KEY_SET_KEPT)
    house.care.complete()
    assert len(house.store.records()) == len(before) + 1


def test_a_slow_key_is_made_while_nobody_waits_for_it() -> None:
    house = house_of()
    create = house.vault.create
    depths: list[int] = []

    def watched(purpose: Purpose) -> object:
        depths.append(house.work.depth)
        return create(purpose)

    house.vault.create = watched  # type: ignore[method-assign, assignment]  # looks on
    house.care = replace(house.care, purposes=purposes_of(["RS256"]))
    house.care.complete()
    assert depths == [0]


def test_a_slow_key_that_another_made_meanwhile_is_thrown_away() -> None:
    house = house_of()
    other = replace(house.care, purposes=purposes_of(["RS256"]))
    create = house.vault.create

    def overtaken(purpose: Purpose) -> object:
        made = create(purpose)
        house.vault.create = create  # type: ignore[method-assign]  # once
        other.complete()
        return made

    house.vault.create = overtaken  # type: ignore[method-assign, assignment]  # once
    other.complete()
    held = {r.kid for r in house.store.records() if r.purpose is Purpose.TOKENS_RS256}
    kept = {
        kid
        for kid, material in house.vault.kept.items()
        if material.purpose is Purpose.TOKENS_RS256
    }
    assert kept == held
    assert len(held) == 1


def test_each_algorithm_is_followed_by_itself() -> None:
    house = house_of("RS256", "EdDSA")
    ring = house.process(SERVE, WORKER)
    first = {each: ring.active_kid(TOKEN_PURPOSES[each]) for each in ("ES256", "RS256")}
    house.clock.advance(LEAD)
    house.care.rotate(Purpose.TOKENS_RS256, first["RS256"])
    house.clock.advance(timedelta(seconds=5))
    assert ring.active_kid(Purpose.TOKENS) == first["ES256"]
    assert ring.active_kid(Purpose.TOKENS_RS256) != first["RS256"]
    assert first["RS256"] in ring.published(Purpose.TOKENS).by_kid
    house.clock.advance(KEY_SET_KEPT)
    house.care.complete()
    states = [r.state for r in house.store.records() if r.purpose is Purpose.TOKENS_RS256]
    assert sorted(states) == sorted([KeyState.RETIRED, KeyState.ACTIVE, KeyState.NEXT])


@dataclass
class Reader:
    """A relying party that keeps our key set for its ``max-age`` and asks no sooner."""

    house: KeyHouse
    ring: KeyRing
    kept: KeySet | None = None
    since: datetime | None = None
    refused: list[str] = field(default_factory=list)

    def read(self, token: str) -> None:
        """Verify a token with the keys it has."""
        now = self.house.clock()
        if self.kept is None or self.since is None or now - self.since >= KEY_SET_KEPT:
            self.kept, self.since = self.ring.published(Purpose.TOKENS), now
        try:
            verify(token, self.kept, ID_TOKEN)
        except UnknownKey:
            self.refused.append(token)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["rotate", "wait"]),
        st.sampled_from(QUICK),
        st.integers(min_value=0, max_value=75),
    ),
    max_size=12,
)


@pytest.mark.spec("OIDC Core §10.1.1")
@settings(max_examples=40, deadline=None)
@given(ACTS)
def test_no_reader_that_keeps_the_key_set_ever_meets_an_unknown_key(
    acts: list[tuple[str, str, int]],
) -> None:
    """Rotations are asked whenever anybody likes; those that come too early are refused."""
    house = house_of("EdDSA")
    serving = [house.process(SERVE), house.process(SERVE)]
    readers = [Reader(house, serving[0]), Reader(house, serving[1])]
    for act, algorithm, seconds in acts:
        house.clock.advance(timedelta(seconds=seconds))
        if act == "rotate":
            asked(house, TOKEN_PURPOSES[algorithm])
        for ring in serving:
            for each in QUICK:
                token = id_token(ring, each)
                for reader in readers:
                    reader.read(token)
    assert [reader.refused for reader in readers] == [[], []]


def asked(house: KeyHouse, purpose: Purpose) -> None:
    """Rotate, if that may be."""
    try:
        house.care.rotate(purpose, house.process(SERVE).active_kid(purpose))
    except NextKeyTooFresh:
        return


def test_a_reader_would_meet_one_if_rotations_did_not_wait() -> None:
    """The same reader does see what goes wrong: the test above can fail."""
    house = house_of()
    ring = house.process(SERVE)
    reader = Reader(house, ring)
    reader.read(id_token(ring, None))
    house.care = replace(house.care, timings=Hasty())
    for _ in range(2):
        house.clock.advance(timedelta(seconds=10))
        asked(house, Purpose.TOKENS)
    reader.read(id_token(house.process(SERVE), None))
    assert len(reader.refused) == 1


class Hasty(Timings):
    """Timings that wait ten seconds for everybody."""

    def of(self, _purpose: Purpose) -> object:  # type: ignore[override]  # too short
        return Timings().of(Purpose.LIST)


@pytest.mark.spec("OIDC Core §10.1.1")
def test_a_second_rotation_within_the_life_of_the_key_set_is_refused() -> None:
    house = house_of()
    house.clock.advance(LEAD)
    asked(house, Purpose.TOKENS)
    active = house.process(SERVE).active_kid(Purpose.TOKENS)
    house.clock.advance(KEY_SET_KEPT)
    with pytest.raises(NextKeyTooFresh):
        house.care.rotate(Purpose.TOKENS, active)
    assert house.process(SERVE).active_kid(Purpose.TOKENS) == active
    house.care.rotate(Purpose.TOKENS, active, emergency=True)
    assert house.process(SERVE).active_kid(Purpose.TOKENS) != active


SOMEBODY = Actor(PersonId(UUID(int=1)), None)


def run_jobs(house: KeyHouse) -> None:
    """Run what is queued, as the worker does."""
    (kind,) = job_kinds(house.care)
    for _, payload, _ in house.jobs.queued:
        kind.run(payload)


@pytest.mark.parametrize("hurried", [False, True])
def test_tokens_are_rotated_whole(*, hurried: bool) -> None:
    house = house_of(*ALL)
    ring = house.process(SERVE)
    before = {each: ring.active_kid(each) for each in TOKEN_PURPOSES.values()}
    house.clock.advance(LEAD)
    if hurried:
        why = Why(Reason.COMPROMISED, "a host was taken")
        house.desk.ask_emergency_rotation(Purpose.TOKENS, why, SOMEBODY)
    else:
        house.desk.ask_rotation(Purpose.TOKENS, SOMEBODY)
    run_jobs(house)
    house.clock.advance(timedelta(seconds=5))
    after = {each: ring.active_kid(each) for each in TOKEN_PURPOSES.values()}
    assert not set(before.values()) & set(after.values())
    assert set(before.values()) <= set(ring.published(Purpose.TOKENS).by_kid)


def test_an_emergency_passes_no_key_over_that_nothing_follows_yet() -> None:
    """What follows an RS256 key is made a minute after it began: its turn comes then."""
    house = house_of("RS256")
    house.clock.advance(LEAD)
    house.desk.ask_rotation(Purpose.TOKENS, SOMEBODY)
    run_jobs(house)
    house.jobs.queued.clear()
    taken = {r.kid for r in house.store.records() if r.state is KeyState.ACTIVE}
    taken &= set(house.process(SERVE).published(Purpose.TOKENS).by_kid)
    why = Why(Reason.COMPROMISED, "a host was taken")
    house.desk.ask_emergency_rotation(Purpose.TOKENS, why, SOMEBODY)
    with pytest.raises(NoActiveKey):
        run_jobs(house)
    house.clock.advance(KEY_SET_KEPT)
    house.care.complete()
    run_jobs(house)
    after = {r.kid for r in house.store.records() if r.state is KeyState.ACTIVE}
    assert len(taken) == 2
    assert not taken & after


def test_one_algorithm_is_rotated_by_its_name() -> None:
    house = house_of(*QUICK)
    house.clock.advance(LEAD)
    before = house.process(SERVE).active_kid(Purpose.TOKENS)
    house.desk.ask_rotation(Purpose.TOKENS_EDDSA, SOMEBODY)
    run_jobs(house)
    assert house.process(SERVE).active_kid(Purpose.TOKENS) == before
    assert house.trail.types().count("keys.rotated") == 1


def test_of_tokens_all_are_rotated_or_none() -> None:
    house = house_of()
    house.clock.advance(LEAD)
    house.care = replace(house.care, purposes=purposes_of(QUICK))
    house.care.complete()
    with pytest.raises(NextKeyTooFresh):
        house.desk.ask_rotation(Purpose.TOKENS, SOMEBODY)
    assert house.jobs.queued == []
    assert "keys.rotation_asked" not in house.trail.types()
