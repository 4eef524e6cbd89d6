"""M of N keys of an offline root say which keys are an anchor's."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.ids import EntityId
from kernel.proof.jose import (
    ClaimRefused,
    JoseRefused,
    KeySet,
    PublicKey,
    jws_signature_from_der,
    signing_input,
    to_base64url,
)
from kernel.proof.statement import Lifetime
from kernel.proof.statement.endorsement import (
    Endorsement,
    EndorsementMalformed,
    RootKeys,
    RootMalformed,
    TooFewSignatures,
    VerifiedEndorsement,
    endorsed,
)
from tests.unit.kernel.proof.signers import Signer, signer

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ANCHOR = EntityId("https://nation.example/trust")
HOLDERS = [signer(kid=f"root-{n}") for n in range(5)]
ONLINE = signer(kid="online")


def a_root(threshold: int = 3, holders: int = 5) -> RootKeys:
    return RootKeys(KeySet.of(h.key for h in HOLDERS[:holders]), threshold)


def a_draft(days: int = 30) -> Endorsement:
    lifetime = Lifetime(NOW, NOW + timedelta(days=days))
    return Endorsement.draft(ANCHOR, ONLINE.keys, lifetime)


def signed(by: Signer, endorsement: Endorsement) -> Endorsement:
    der = by.sign(endorsement.input_for(by.kid, by.alg))
    return endorsement.with_signature(by.kid, by.alg, jws_signature_from_der(der, by.alg))


def signed_by(*numbers: int) -> Endorsement:
    endorsement = a_draft()
    for number in numbers:
        endorsement = signed(HOLDERS[number], endorsement)
    return endorsement


@pytest.mark.spec("RFC 7515 §7.2.1")
def test_enough_holders_make_it_hold() -> None:
    carried = Endorsement.parse(signed_by(0, 2, 4).to_json())
    found = endorsed(carried, a_root(), NOW)
    assert found.subject == ANCHOR
    assert found.signers == {"root-0", "root-2", "root-4"}
    assert list(found.keys.by_kid) == ["online"]
    assert found.expires_at == NOW + timedelta(days=30)


@settings(max_examples=40)
@given(
    who=st.lists(st.integers(0, 4), max_size=8),
    threshold=st.integers(1, 5),
)
def test_it_holds_exactly_when_as_many_different_holders_signed(
    who: list[int], threshold: int
) -> None:
    carried = signed_by(*who)
    if len(set(who)) >= threshold:
        assert endorsed(carried, a_root(threshold), NOW)
    else:
        with pytest.raises(TooFewSignatures):
            endorsed(carried, a_root(threshold), NOW)


def test_one_holder_counts_once_however_often_it_stands_there() -> None:
    once = signed_by(0)
    repeated = Endorsement(once.payload, once.signatures * 5)
    with pytest.raises(TooFewSignatures, match="1 of 3"):
        endorsed(Endorsement.parse(repeated.to_json()), a_root(), NOW)


def test_strangers_and_broken_signatures_count_for_nothing_and_spoil_nothing() -> None:
    three = signed_by(0, 1, 2)
    with_more = signed(signer(kid="stranger"), three)
    with_more = with_more.with_signature("root-4", "ES256", bytes(64))
    assert endorsed(with_more, a_root(), NOW).signers == {"root-0", "root-1", "root-2"}
    two = signed(signer(kid="stranger"), signed_by(0, 1))
    with pytest.raises(TooFewSignatures):
        endorsed(two, a_root(), NOW)


def test_a_signature_by_a_key_under_another_holders_name_counts_for_nothing() -> None:
    endorsement, thief = a_draft(), HOLDERS[0]
    for name in ("root-0", "root-1", "root-2"):
        der = thief.sign(endorsement.input_for(name, "ES256"))
        endorsement = endorsement.with_signature(
            name, "ES256", jws_signature_from_der(der, "ES256")
        )
    with pytest.raises(TooFewSignatures, match="1 of 3"):
        endorsed(endorsement, a_root(), NOW)


@pytest.mark.spec("RFC 8725 §3.11")
@pytest.mark.parametrize("typ", ["JWT", "entity-statement+jwt", None])
def test_what_was_signed_for_another_purpose_counts_for_nothing(typ: str | None) -> None:
    endorsement, pairs = a_draft(), []
    for holder in HOLDERS[:3]:
        header = {"alg": "ES256", "kid": holder.kid, **({"typ": typ} if typ else {})}
        protected = signing_input(header, {}).decode().split(".")[0]
        der = holder.sign(f"{protected}.{endorsement.payload}".encode())
        signature = to_base64url(jws_signature_from_der(der, "ES256"))
        pairs.append({"protected": protected, "signature": signature})
    carried = {"payload": endorsement.payload, "signatures": pairs}
    with pytest.raises(TooFewSignatures):
        endorsed(Endorsement.parse(carried), a_root(), NOW)


def test_other_keys_under_the_same_signatures_do_not_hold() -> None:
    other = Endorsement.draft(
        ANCHOR, signer(kid="thief").keys, Lifetime(NOW, NOW + timedelta(days=30))
    )
    swapped = Endorsement(other.payload, signed_by(0, 1, 2).signatures)
    with pytest.raises(TooFewSignatures, match="0 of 3"):
        endorsed(swapped, a_root(), NOW)


@pytest.mark.parametrize("at", [NOW - timedelta(minutes=2), NOW + timedelta(days=31)])
def test_outside_its_time_it_says_nothing(at: datetime) -> None:
    with pytest.raises(ClaimRefused):
        endorsed(signed_by(0, 1, 2), a_root(), at)


@pytest.mark.parametrize(
    "bend",
    [
        None,
        "a.b.c",
        {"payload": "e30"},
        {"payload": "e30", "signatures": {}},
        {"payload": 1, "signatures": []},
        {"payload": "e30", "signatures": [{"protected": "a"}]},
        {"payload": "e30", "signatures": [{"protected": "a", "signature": 1}]},
        {
            "payload": "e30",
            "signatures": [{"protected": "a", "signature": "b", "header": {"kid": "x"}}],
        },
        {"payload": "e30", "signatures": [{"protected": "a", "signature": "b"}] * 33},
        {"payload": "e30", "signatures": [], "extra": 1},
    ],
)
def test_what_has_another_form_is_refused(bend: object) -> None:
    with pytest.raises(EndorsementMalformed):
        Endorsement.parse(bend)


@pytest.mark.parametrize(
    "jwks", [None, [], {"keys": []}, {"keys": [{"kty": "oct", "k": "AAAA"}]}]
)
def test_an_endorsement_of_no_public_key_is_refused(jwks: object) -> None:
    said = {"sub": ANCHOR, "jwks": jwks, "iat": 1795000000, "exp": 1795766400}
    payload = signing_input({}, said).decode().split(".")[1]
    holder = HOLDERS[0]
    carried = signed(holder, Endorsement(payload))
    at = datetime.fromtimestamp(1795000001, UTC)
    with pytest.raises((EndorsementMalformed, JoseRefused)):
        endorsed(carried, a_root(1), at)


class TestTheRootFile:
    """Keys and threshold, handed over by hand."""

    def test_it_comes_back_as_it_was_written(self) -> None:
        assert RootKeys.parse(a_root().to_json()).threshold == 3

    @pytest.mark.parametrize("threshold", [0, 6, -1, True, "3", None])
    def test_a_threshold_that_nobody_or_nothing_meets_is_refused(
        self, threshold: object
    ) -> None:
        with pytest.raises(RootMalformed):
            RootKeys.parse({**a_root().to_json(), "threshold": threshold})

    def test_one_key_under_two_names_is_refused(self) -> None:
        first = HOLDERS[0]
        twin = PublicKey("twin", first.alg, first.public)
        with pytest.raises(RootMalformed):
            RootKeys(KeySet.of([first.key, twin]), 2)

    def test_private_keys_are_refused(self) -> None:
        file: Mapping[str, object] = {"keys": [{"kty": "oct", "k": "AA"}], "threshold": 1}
        with pytest.raises(JoseRefused):
            RootKeys.parse(file)


def test_only_the_check_makes_a_verified_one() -> None:
    with pytest.raises(TypeError):
        VerifiedEndorsement(object(), ANCHOR, ONLINE.keys, NOW, NOW, frozenset())
