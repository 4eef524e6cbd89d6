import base64
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, OctKey, RSAKey

from kernel.proof.jose import (
    DuplicateKeyId,
    KeyMalformed,
    KeyNotPublic,
    KeySet,
    KeyTooWeak,
    PublicKey,
    TooLarge,
    UnknownKey,
    thumbprint,
)
from kernel.proof.jose.algorithms import EDWARDS
from tests.unit.kernel.proof.signers import ALGORITHMS, signer

RFC_7638_KEY = {
    "kty": "RSA",
    "n": (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJE"
        "CPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q"
        "vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6"
        "WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    ),
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}


@pytest.mark.spec("RFC 7638 §3.1")
def test_the_thumbprint_is_that_of_the_specification() -> None:
    assert thumbprint(RFC_7638_KEY) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize(
    "jwk", [{}, {"kty": "AKP"}, {"kty": "oct", "k": "AQ"}, {"kty": "RSA"}]
)
def test_what_is_no_public_key_we_know_has_no_thumbprint(jwk: dict[str, object]) -> None:
    with pytest.raises(KeyMalformed):
        thumbprint(jwk)


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.spec("RFC 7518 §6")
def test_a_key_goes_out_as_it_came_in(alg: str) -> None:
    key = signer(alg).key
    again = PublicKey.parse(key.to_jwk())
    assert again == key
    assert again.to_jwk() == key.to_jwk()
    assert again.algorithms == (EDWARDS if alg in EDWARDS else {alg})


@pytest.mark.spec("RFC 7638 §3")
def test_a_key_without_a_name_is_called_by_its_thumbprint() -> None:
    jwk = signer().key.to_jwk()
    del jwk["kid"]
    assert PublicKey.parse(jwk).kid == thumbprint(jwk)


def test_an_rsa_key_without_an_algorithm_serves_both_of_its_kind() -> None:
    jwk = {name: value for name, value in RFC_7638_KEY.items() if name != "alg"}
    assert PublicKey.parse(jwk).algorithms == {"RS256", "PS256"}


@pytest.mark.parametrize(
    "change", [{"use": "enc"}, {"key_ops": ["encrypt"]}, {"alg": "RSA-OAEP"}]
)
@pytest.mark.spec("RFC 7517 §4.2")
def test_an_encryption_key_checks_no_signature(change: dict[str, object]) -> None:
    assert PublicKey.parse({**RFC_7638_KEY, **change}).algorithms == frozenset()


@pytest.mark.spec("RFC 7517 §9.2")
@pytest.mark.parametrize("secret", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_set_with_any_private_member_is_refused_whole(secret: str) -> None:
    bad = {"kty": "from-the-future", "kid": "x", secret: "AQAB"}
    for member in (bad, {**signer().key.to_jwk(), secret: "AQAB"}):
        with pytest.raises(KeyNotPublic):
            KeySet.parse({"keys": [signer("ES384", "other").key.to_jwk(), member]})


@pytest.mark.spec("RFC 7517 §9.2")
def test_real_private_and_symmetric_keys_are_refused() -> None:
    for foreign in (
        ECKey.generate_key("P-256").as_dict(private=True),
        RSAKey.generate_key(2048).as_dict(private=True),
        OctKey.generate_key(256).as_dict(private=True),
    ):
        with pytest.raises(KeyNotPublic):
            KeySet.parse({"keys": [dict(foreign)]})


@pytest.mark.spec("RFC 7518 §3.3")
def test_an_rsa_key_below_2048_bits_is_refused() -> None:
    public = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505  what is refused
    with pytest.raises(KeyTooWeak):
        KeySet.parse({"keys": [PublicKey("weak", "RS256", public).to_jwk()]})


def test_two_keys_of_one_name_are_refused() -> None:
    first, second = signer("ES256", "same").key, signer("EdDSA", "same").key
    with pytest.raises(DuplicateKeyId):
        KeySet.parse({"keys": [first.to_jwk(), second.to_jwk()]})


def test_a_set_is_bounded() -> None:
    with pytest.raises(TooLarge):
        KeySet.parse({"keys": [{"kty": "x", "kid": str(n)} for n in range(65)]})


def test_a_set_of_our_own_is_bounded_too() -> None:
    key = signer().key
    many = [replace(key, kid=str(number)) for number in range(65)]
    assert len(KeySet.of(many[:64]).by_kid) == 64
    with pytest.raises(TooLarge):
        KeySet.of(many)


@pytest.mark.spec("RFC 7517 §5")
def test_keys_of_unknown_types_and_curves_are_passed_over() -> None:
    strange = {"kty": "EC", "crv": "secp256k1", "x": "AQ", "y": "AQ", "kid": "s"}
    held = KeySet.parse({"keys": [strange, {"kty": "AKP"}, signer().key.to_jwk()]})
    assert set(held.by_kid) == {"k1"}
    with pytest.raises(UnknownKey):
        held.find("s")


@pytest.mark.spec("RFC 7517 §4.1")
@pytest.mark.parametrize("odd", [[], {}, ["EC"], {"kty": "EC"}, 5, None, True])
@pytest.mark.parametrize("name", ["kty", "crv"])
def test_a_type_or_curve_that_is_no_text_is_one_we_do_not_know(
    name: str, odd: object
) -> None:
    strange = {**signer("ES384", "odd").key.to_jwk(), name: odd}
    held = KeySet.parse({"keys": [strange, signer().key.to_jwk()]})
    assert set(held.by_kid) == {"k1"}


def _flipped(text: str) -> str:
    raw = bytearray(base64.urlsafe_b64decode(text + "=="))
    raw[-1] ^= 1
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    jwk: dict[str, Any] = signer().key.to_jwk()
    with pytest.raises(KeyMalformed):
        PublicKey.parse({**jwk, "y": _flipped(jwk["y"])})


@pytest.mark.parametrize(
    "change",
    [
        {"x": "AQAB"},
        {"x": ""},
        {"x": None},
        {"x": 5},
        {"crv": "P-384"},
        {"crv": ["P-256"]},
        {"kid": ""},
        {"kid": 7},
        {"kid": "k" * 257},
        {"kid": "k\0"},
        {"use": "sig\0"},
        {"alg": "\0"},
        {"use": 1},
        {"key_ops": "verify"},
        {"kty": "RSA"},
    ],
)
@pytest.mark.spec("RFC 7518 §6.2.1")
def test_a_key_with_a_bent_member_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(KeyMalformed):
        PublicKey.parse({**signer().key.to_jwk(), **change})


@pytest.mark.parametrize(
    "change", [{"n": "A" * 1400}, {"e": "AQABAQAB"}, {"e": "Ag"}, {"n": "0v="}]
)
@pytest.mark.spec("RFC 7518 §6.3.1")
def test_rsa_numbers_that_are_none_are_refused(change: dict[str, object]) -> None:
    with pytest.raises((KeyMalformed, KeyTooWeak)):
        PublicKey.parse({**RFC_7638_KEY, **change})


@pytest.mark.parametrize("jwks", [{}, {"keys": None}, {"keys": {}}, {"keys": ["a"]}])
def test_what_is_no_set_is_refused(jwks: dict[str, object]) -> None:
    with pytest.raises(KeyMalformed):
        KeySet.parse(jwks)
