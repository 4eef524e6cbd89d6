"""Nonces and proofs (RFC 9449): how long each is of use, and remembered."""

from datetime import timedelta

import pytest

from idp.oidc.domain.proofs import Proof
from idp.oidc.flows.nonces import Nonces
from idp.oidc.flows.once import Once
from idp.oidc.flows.proof_steps import Where
from idp.oidc.flows.proofs import Proofs
from kernel.clock import SetClock, epoch_seconds
from kernel.entropy import SeededEntropy
from kernel.ids import Pseudonym
from kernel.proof.jose import CLIENT_ASSERTION, to_base64url, verify
from kernel.proof.seal import Purpose, Sealer
from kernel.secret import Secret
from tests.unit.idp.oidc.house import ISSUER
from tests.unit.idp.oidc.test_client_keys import OLD
from tests.unit.idp.oidc.test_flow_edges import Noted
from tests.unit.idp.people.fakes import NOW, FixedKeys

SECOND = timedelta(seconds=1)
OPERATOR = Pseudonym("operator-1")


@pytest.mark.spec("RFC 9449 §8")
def test_the_present_nonce_stands_first_and_is_the_second_in_the_next_span() -> None:
    clock = SetClock(NOW)
    ours = nonces(clock)
    seen = []
    for _ in range(12):
        first, second = ours.counting()
        assert first != second
        assert ours.counting() == nonces(clock).counting() == (first, second)
        seen.append((first, second))
        clock.advance(timedelta(seconds=119))
        assert ours.counting() == (first, second)
        clock.advance(SECOND)
    assert [second for _, second in seen[1:]] == [first for first, _ in seen[:-1]]
    assert nonces(clock, asks=False).counting() == ()


@pytest.mark.spec("RFC 9449 §9")
def test_nonces_say_nothing_and_are_those_of_their_place() -> None:
    clock = SetClock(NOW)
    told = nonces(clock).counting()
    assert {len(nonce) for nonce in told} == {43}
    assert not {*told} & {*nonces(clock, Where.RESOURCE).counting()}


@pytest.mark.spec("RFC 9449 §8")
def test_a_nonce_is_reckoned_once_in_its_span() -> None:
    clock = SetClock(NOW)
    ours = nonces(clock)
    for _ in range(12):
        now, before = ours.counting()
        assert ours.counting()[0] is now
        assert ours.counting()[1] is before
        clock.advance(timedelta(minutes=2))


@pytest.mark.spec("RFC 9449 §11.1")
def test_a_proof_is_remembered_as_long_as_its_like_could_come() -> None:
    store, clock = Noted(), SetClock(NOW)
    proofs = Proofs((ISSUER,), nonces(clock), Once(store), clock)
    token = OLD.token(OLD.header("JWT"), {"jti": "p-1"})
    proof = Proof(
        claims=verify(token, OLD.keys, CLIENT_ASSERTION),
        jkt="k" * 43,
        method="POST",
        addresses=frozenset({f"{ISSUER}/oauth2/token"}),
        now=NOW,
    )
    proofs.use_up(proof)
    assert store.names == [Secret(f"dpop proof\n{'k' * 43}\np-1").digest()]
    assert store.until == [NOW + timedelta(seconds=90) + Once.MARGIN]


def nonces(clock: SetClock, where: Where = Where.ISSUER, *, asks: bool = True) -> Nonces:
    """Return the nonces of one kind of endpoint."""
    sealer = Sealer(FixedKeys(), SeededEntropy(1), Purpose.SEAL)
    return Nonces(where, sealer, clock, asks)


@pytest.mark.spec("RFC 9449 §8")
@pytest.mark.parametrize("where", Where)
def test_every_process_of_every_release_reckons_the_same_nonce(where: Where) -> None:
    sealer = Sealer(FixedKeys(), SeededEntropy(1), Purpose.SEAL)
    span = epoch_seconds(NOW) // 120
    context = f"idp.oidc.dpop_nonce.{'issuer' if where is Where.ISSUER else 'resource'}"
    made = [sealer.index(str(each).encode(), context) for each in (span, span - 1)]
    assert nonces(SetClock(NOW), where).counting() == tuple(map(to_base64url, made))
