"""Tokens that bring their own key, and tokens made with a shared secret."""

import hashlib
import hmac
from dataclasses import replace

import pytest

from kernel.proof.jose import (
    ASYMMETRIC,
    CLIENT_ASSERTION,
    DPOP_PROOF,
    SYMMETRIC,
    AlgorithmNotAllowed,
    BadSignature,
    JoseRefused,
    KeyMalformed,
    KeyNotPublic,
    KeyTooWeak,
    UnknownKey,
    WrongType,
    compact,
    read,
    signing_input,
    verify,
    verify_mac,
    verify_possession,
    verify_read,
)
from kernel.proof.jose.compact import RECURRING_CHARACTERS
from kernel.secret import Secret
from tests.unit.kernel.proof.signers import ALGORITHMS, Signer, signer

SECRET = Secret("s" * 43)
SAID = {"sub": "portal", "jti": "1"}
BY_ANYTHING = replace(CLIENT_ASSERTION, algorithms=ASYMMETRIC | SYMMETRIC)


def a_proof(by: Signer, **header: object) -> str:
    jwk = by.key.to_jwk()
    return by.token({"typ": "dpop+jwt", "alg": by.alg, "jwk": jwk, **header}, SAID)


def a_mac(secret: Secret = SECRET, **header: object) -> str:
    signed = signing_input({"alg": "HS256", "typ": "JWT", **header}, SAID)
    return compact(signed, hmac.digest(secret.reveal().encode(), signed, hashlib.sha256))


@pytest.mark.spec("RFC 9449 §4.2")
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_proof_proves_the_key_it_bears(alg: str) -> None:
    by = signer(alg, "own")
    proven = verify_possession(a_proof(by), DPOP_PROOF)
    assert proven.key.thumbprint == by.key.thumbprint
    assert dict(proven.claims) == SAID


@pytest.mark.spec("RFC 9449 §4.3")
def test_a_name_beside_the_key_changes_nothing() -> None:
    by = signer()
    assert verify_possession(a_proof(by, kid="x"), DPOP_PROOF).key.kid == by.kid


@pytest.mark.spec("RFC 9449 §4.3")
def test_a_key_that_did_not_sign_is_not_proven() -> None:
    other = signer("ES256", "other").key.to_jwk()
    with pytest.raises(BadSignature):
        verify_possession(a_proof(signer(), jwk=other), DPOP_PROOF)


@pytest.mark.spec("RFC 9449 §4.3")
@pytest.mark.parametrize("length", [0, 1, RECURRING_CHARACTERS])
def test_a_header_that_was_believed_before_answers_for_no_other_signature(
    length: int,
) -> None:
    by, beside = signer(), "x" * length
    header, claims, _ = a_proof(by, beside=beside).split(".")
    for _ in range(2):
        assert verify_possession(a_proof(by, beside=beside), DPOP_PROOF).key.kid == by.kid
    stranger = signer("ES256", "other").token({"alg": "ES256"}, SAID).split(".")[2]
    with pytest.raises(BadSignature):
        verify_possession(f"{header}.{claims}.{stranger}", DPOP_PROOF)


@pytest.mark.spec("RFC 9449 §4.3")
@pytest.mark.parametrize("length", [1, RECURRING_CHARACTERS])
def test_a_proof_that_was_refused_is_refused_again(length: int) -> None:
    proof = a_proof(signer(), jwk=None, beside="x" * length)
    for _ in range(2):
        with pytest.raises(KeyMalformed):
            verify_possession(proof, DPOP_PROOF)


@pytest.mark.spec("RFC 9449 §4.3")
@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({"typ": "JWT"}, WrongType),
        ({"typ": "at+jwt"}, WrongType),
        ({"alg": "none"}, AlgorithmNotAllowed),
        ({"alg": "HS256"}, AlgorithmNotAllowed),
        ({"alg": "RS256"}, JoseRefused),
        ({"jwk": None}, KeyMalformed),
        ({"jwk": "key"}, KeyMalformed),
        ({"jwk": {**signer().key.to_jwk(), "d": "AA"}}, KeyNotPublic),
        ({"jwk": {"kty": "oct", "k": "AA"}}, KeyNotPublic),
        ({"jwk": {**signer().key.to_jwk(), "x": "AA"}}, KeyMalformed),
        ({"crit": ["exp"]}, JoseRefused),
    ],
)
def test_what_is_no_proof_is_refused(
    header: dict[str, object], why: type[JoseRefused]
) -> None:
    with pytest.raises(why):
        verify_possession(a_proof(signer(), **header), DPOP_PROOF)


@pytest.mark.spec("OIDC Core §9")
def test_a_shared_secret_opens_what_was_made_with_it() -> None:
    assert dict(verify_mac(read(a_mac(), BY_ANYTHING), SECRET)) == SAID


@pytest.mark.spec("RFC 8725 §2.1")
def test_neither_a_secret_nor_a_key_is_taken_for_the_other() -> None:
    by = signer()
    with pytest.raises(AlgorithmNotAllowed):
        verify_mac(read(by.token(by.header("JWT"), SAID), BY_ANYTHING), SECRET)
    with pytest.raises(AlgorithmNotAllowed):
        verify(a_mac(), by.keys, CLIENT_ASSERTION)
    with pytest.raises(UnknownKey):
        verify_read(read(a_mac(), BY_ANYTHING), by.keys)
    with pytest.raises(AlgorithmNotAllowed):
        verify_read(read(a_mac(kid=by.kid), BY_ANYTHING), by.keys)
    with pytest.raises(BadSignature):
        verify_mac(read(a_mac(Secret("t" * 43)), BY_ANYTHING), SECRET)
    with pytest.raises(WrongType):
        verify_mac(read(a_mac(typ="at+jwt"), BY_ANYTHING), SECRET)
    with pytest.raises(AlgorithmNotAllowed):
        verify_mac(read(a_mac(alg="HS512"), BY_ANYTHING), SECRET)


@pytest.mark.spec("RFC 7518 §3.2")
def test_a_short_secret_makes_no_mac() -> None:
    short = Secret("s" * 31)
    with pytest.raises(KeyTooWeak):
        verify_mac(read(a_mac(short), BY_ANYTHING), short)
    edge = Secret("s" * 32)
    assert verify_mac(read(a_mac(edge), BY_ANYTHING), edge)["sub"] == "portal"
