from dataclasses import replace
from typing import Any, Final

import joserfc.jws
import pytest
from joserfc.jwk import import_key

from kernel.proof.jose import (
    ACCESS_TOKEN,
    CLIENT_ASSERTION,
    ID_TOKEN,
    AlgorithmNotAllowed,
    BadSignature,
    JwsProfile,
    KeySet,
    Malformed,
    PublicKey,
    TooLarge,
    UnknownKey,
    VerifiedClaims,
    WrongType,
    compact,
    jws_signature_from_der,
    read,
    signing_input,
    verify,
    verify_read,
)
from kernel.proof.jose import profiles as profile_module
from kernel.proof.jose.algorithms import EDWARDS
from tests.unit.kernel.proof.signers import ALGORITHMS, Signer, signer

CLAIMS: Final = {"iss": "https://op.example", "sub": "甲", "n": [1, {"a": None}]}
PROFILES: Final = [
    value for value in vars(profile_module).values() if isinstance(value, JwsProfile)
]


def a_token(by: Signer, typ: str = "at+jwt", **header: object) -> str:
    return by.token({**by.header(typ), **header}, CLAIMS)


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.spec("RFC 7515 §5.2")
def test_a_good_token_is_opened(alg: str) -> None:
    by = signer(alg)
    claims = verify(a_token(by), by.keys, ACCESS_TOKEN)
    assert dict(claims) == CLAIMS
    assert len(claims) == len(CLAIMS)
    assert claims.header["kid"] == by.kid
    assert claims.token == a_token(by) or alg in {"ES256", "ES384", "PS256"}


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.spec("RFC 7515 §7.1")
def test_an_independent_library_opens_what_we_lay_out(alg: str) -> None:
    by = signer(alg)
    foreign = import_key(dict(by.key.to_jwk()))  # type: ignore[arg-type]  # JWK as plain dict
    seen = joserfc.jws.deserialize_compact(a_token(by), foreign, algorithms=[alg])
    assert seen.headers()["typ"] == "at+jwt"


@pytest.mark.spec("RFC 9864 §2.2")
@pytest.mark.parametrize("said", [*sorted(EDWARDS), None])
@pytest.mark.parametrize("signed", sorted(EDWARDS))
def test_a_key_on_ed25519_signs_one_algorithm_by_two_names(
    said: str | None, signed: str
) -> None:
    by = signer("Ed25519")
    keys = KeySet.of([PublicKey(by.kid, said, by.public)])
    token = a_token(by, alg=signed)
    assert dict(verify(token, keys, ACCESS_TOKEN)) == CLAIMS


@pytest.mark.spec("RFC 8725 §3.11")
@pytest.mark.parametrize("own", PROFILES)
def test_a_token_serves_its_own_purpose_only(own: JwsProfile) -> None:
    by = signer()
    token = a_token(by, own.typ)
    assert dict(verify(token, by.keys, own)) == CLAIMS
    for other in PROFILES:
        if other.typ != own.typ:
            with pytest.raises(WrongType):
                verify(token, by.keys, other)


@pytest.mark.spec("RFC 7515 §4.1.9")
@pytest.mark.parametrize("typ", ["AT+JWT", "application/at+jwt", "APPLICATION/At+Jwt"])
def test_case_and_the_application_prefix_of_the_type_do_not_count(typ: str) -> None:
    by = signer()
    assert verify(a_token(by, typ), by.keys, ACCESS_TOKEN)["iss"] == CLAIMS["iss"]


@pytest.mark.spec("OIDC Core §10.1")
def test_an_id_token_may_lack_type_and_key_name_if_one_key_fits() -> None:
    by = signer()
    token = by.token({"alg": "ES256"}, CLAIMS)
    two = KeySet.of([by.key, signer("EdDSA", "k2").key])
    assert verify(token, two, ID_TOKEN)["iss"] == CLAIMS["iss"]
    doubtful = KeySet.of([by.key, signer("ES256", "k3").key])
    with pytest.raises(UnknownKey):
        verify(token, doubtful, ID_TOKEN)
    with pytest.raises(WrongType):
        verify(token, two, ACCESS_TOKEN)
    with pytest.raises(UnknownKey):
        verify(token, two, replace(ACCESS_TOKEN, typ_may_be_absent=True))


@pytest.mark.parametrize("profile", [ID_TOKEN, CLIENT_ASSERTION])
@pytest.mark.parametrize("typ", [None, "", 5, ["JWT"], "at+jwt", "logout+jwt"])
def test_a_type_that_is_there_must_be_right_even_where_it_may_be_absent(
    profile: JwsProfile, typ: object
) -> None:
    by = signer()
    with pytest.raises(WrongType):
        verify(by.token({**by.header("JWT"), "typ": typ}, CLAIMS), by.keys, profile)


def test_the_profile_narrows_the_algorithms() -> None:
    by, narrow = signer("EdDSA"), replace(ACCESS_TOKEN, algorithms=frozenset({"ES256"}))
    with pytest.raises(AlgorithmNotAllowed):
        verify(a_token(by), by.keys, narrow)
    with pytest.raises(AlgorithmNotAllowed):
        read(a_token(by), narrow)


def test_no_profile_allows_an_unsigned_or_symmetric_algorithm() -> None:
    for profile in PROFILES:
        assert not {"none", "HS256", "HS384", "HS512"} & profile.algorithms


@pytest.mark.spec("RFC 8725 §3.1")
def test_a_key_is_used_with_its_own_algorithm_only() -> None:
    by = signer("PS256")
    with pytest.raises(AlgorithmNotAllowed):
        verify(a_token(by, alg="RS256"), by.keys, ACCESS_TOKEN)


def test_another_keys_signature_under_the_same_name_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify(a_token(signer("ES256", "k1")), _renamed("ES256", "k1"), ACCESS_TOKEN)


def _renamed(alg: str, kid: str) -> KeySet:
    other = signer(alg, "other").key.to_jwk()
    return KeySet.parse({"keys": [{**other, "kid": kid}]})


def test_reading_gives_claims_but_no_verified_type() -> None:
    seen = read(a_token(signer()), ACCESS_TOKEN)
    assert (seen.claims, seen.header["kid"]) == (CLAIMS, "k1")
    assert not isinstance(seen, VerifiedClaims)


def test_nobody_but_the_verifier_builds_verified_claims() -> None:
    forged: Any = read(a_token(signer()), ACCESS_TOKEN)
    with pytest.raises(TypeError, match="verify"):
        VerifiedClaims(object(), forged.token, forged.header, forged.claims)


def test_nobody_but_read_builds_an_unverified_token() -> None:
    """What is said of a token's header and claims is what stands in the token."""
    good = read(a_token(signer()), ACCESS_TOKEN)
    with pytest.raises(TypeError, match="read"):
        replace(good, proof=object(), claims={"sub": "root"})


@pytest.mark.spec("RFC 7515 §5.2")
def test_a_token_that_was_read_is_verified_as_if_it_were_read_now() -> None:
    by, other = signer(), signer("ES256", "k1-of-another")
    jws = read(a_token(by), ACCESS_TOKEN)
    assert verify_read(jws, by.keys) == verify(jws.token, by.keys, ACCESS_TOKEN)
    renamed = KeySet.of([PublicKey("k1", "ES256", other.public)])
    with pytest.raises(BadSignature):
        verify_read(jws, renamed)
    with pytest.raises(UnknownKey):
        verify_read(jws, other.keys)


@pytest.mark.spec("RFC 8725 §3.11")
def test_of_several_purposes_a_token_is_read_for_the_one_it_names() -> None:
    by, old = signer(), replace(ACCESS_TOKEN, typ="JWT", typ_may_be_absent=True)
    named, plain = a_token(by), a_token(by, "JWT")
    assert read(named, old, ACCESS_TOKEN).profile is ACCESS_TOKEN
    assert read(plain, old, ACCESS_TOKEN).profile is old
    with pytest.raises(WrongType):
        read(a_token(by, "logout+jwt"), old, ACCESS_TOKEN)


@pytest.mark.spec("RFC 8725 §3.11")
def test_every_purpose_keeps_its_own_algorithms_and_its_own_length() -> None:
    by = signer()
    short = replace(ACCESS_TOKEN, limit_bytes=len(a_token(by)) - 1)
    narrow = replace(ACCESS_TOKEN, algorithms=frozenset({"RS256"}))
    with pytest.raises(TooLarge):
        read(a_token(by), ID_TOKEN, short)
    with pytest.raises(AlgorithmNotAllowed):
        read(a_token(by), ID_TOKEN, narrow)


@pytest.mark.spec("RFC 7518 §3.4")
def test_a_der_signature_becomes_the_fixed_width_form() -> None:
    by = signer("ES384")
    signed = signing_input(by.header("at+jwt"), CLAIMS)
    signature = jws_signature_from_der(by.sign(signed), "ES384")
    assert len(signature) == 96
    verify(compact(signed, signature), by.keys, ACCESS_TOKEN)
    with pytest.raises(BadSignature):
        verify(compact(signed, by.sign(signed)), by.keys, ACCESS_TOKEN)
    with pytest.raises(BadSignature):
        jws_signature_from_der(b"\x30\x00", "ES384")


def test_claims_that_are_no_object_are_refused_after_the_signature_held() -> None:
    by = signer()
    signed = signing_input(by.header("at+jwt"), {}).split(b".")[0] + b".W10"  # []
    with pytest.raises(Malformed):
        verify(by.raw(signed), by.keys, ACCESS_TOKEN)
