"""Families of forged and bent tokens; each member must be refused."""

import base64
import hashlib
import hmac
import json
from typing import Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from kernel.proof.jose import (
    ACCESS_TOKEN,
    AlgorithmNotAllowed,
    BadSignature,
    DuplicateMember,
    JoseRefused,
    Malformed,
    TooLarge,
    UnknownCritical,
    UnknownKey,
    WrongType,
    compact,
    read,
    signing_input,
    verify,
)
from kernel.proof.jose.algorithms import EDWARDS
from tests.unit.kernel.proof.signers import ALGORITHMS, signer

CLAIMS: Final = {"iss": "https://op.example", "sub": "a"}
BY: Final = signer()
GOOD: Final = BY.token(BY.header("at+jwt"), CLAIMS)


def segment(raw: str | bytes) -> str:
    encoded = raw.encode() if isinstance(raw, str) else raw
    return base64.urlsafe_b64encode(encoded).rstrip(b"=").decode()


def signed_with(header: object) -> str:
    """Return a token whose signature is good and whose header is the given one."""
    raw = header if isinstance(header, str) else json.dumps(header)
    return BY.raw(f"{segment(raw)}.{segment(json.dumps(CLAIMS))}".encode())


def refused(token: str, why: type[JoseRefused] = JoseRefused) -> None:
    with pytest.raises(why):
        verify(token, BY.keys, ACCESS_TOKEN)


@pytest.mark.spec("RFC 8725 §3.1")
@pytest.mark.parametrize(
    "alg", ["none", "None", "nOnE", "NONE", "", "none ", "HS256", "es256"]
)
@pytest.mark.parametrize("signature", ["", "AA", GOOD.rpartition(".")[2]])
def test_no_algorithm_beside_the_listed_is_taken(alg: str, signature: str) -> None:
    header = json.dumps({**BY.header("at+jwt"), "alg": alg})
    token = f"{segment(header)}.{segment(json.dumps(CLAIMS))}.{signature}"
    refused(token, AlgorithmNotAllowed)
    with pytest.raises(AlgorithmNotAllowed):
        read(token, ACCESS_TOKEN)


@given(
    st.none()
    | st.integers(-(2**63), 2**63)
    | st.lists(st.just("ES256"))
    | st.text(max_size=8)
)
def test_no_other_value_of_alg_is_taken(alg: object) -> None:
    if alg not in ALGORITHMS:
        refused(signed_with({**BY.header("at+jwt"), "alg": alg}), AlgorithmNotAllowed)


@pytest.mark.spec("RFC 8725 §2.1")
@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize("hmac_alg", ["HS256", "HS384", "HS512"])
def test_a_public_key_is_never_an_hmac_secret(alg: str, hmac_alg: str) -> None:
    by = signer(alg)
    spki = PublicFormat.SubjectPublicKeyInfo
    secrets = [by.public.public_bytes(form, spki) for form in (Encoding.PEM, Encoding.DER)]
    if alg not in EDWARDS:
        secrets.append(by.public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    secrets.append(json.dumps(by.key.to_jwk()).encode())
    signed = signing_input({**by.header("at+jwt"), "alg": hmac_alg}, CLAIMS)
    for secret in secrets:
        digest = getattr(hashlib, f"sha{hmac_alg[2:]}")
        token = compact(signed, hmac.digest(secret, signed, digest))
        with pytest.raises(AlgorithmNotAllowed):
            verify(token, by.keys, ACCESS_TOKEN)


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize("claimed", ALGORITHMS)
def test_a_signature_is_not_taken_for_one_of_another_algorithm(
    alg: str, claimed: str
) -> None:
    by = signer(alg)
    if claimed != alg and {alg, claimed} != EDWARDS:
        with pytest.raises((AlgorithmNotAllowed, BadSignature)):
            verify(
                by.token({**by.header("at+jwt"), "alg": claimed}, CLAIMS),
                by.keys,
                ACCESS_TOKEN,
            )


@pytest.mark.spec("RFC 7515 §4.1.11")
@pytest.mark.parametrize("crit", [["exp"], ["b64"], ["x-y"], [], None, "b64", {}, ["alg"]])
def test_every_critical_header_is_refused(crit: object) -> None:
    for extra in ({}, {"x-y": 1}, {"b64": False}):
        header = {**BY.header("at+jwt"), **extra, "crit": crit}
        refused(signed_with(header), UnknownCritical)


@pytest.mark.spec("RFC 7797 §6")
@pytest.mark.parametrize("b64", [False, True])
def test_an_unencoded_payload_is_refused_with_and_without_crit(*, b64: bool) -> None:
    refused(signed_with({**BY.header("at+jwt"), "b64": b64}), UnknownCritical)


@pytest.mark.parametrize("name", ["alg", "kid", "typ", "x"])
def test_a_header_member_named_twice_is_refused(name: str) -> None:
    head = json.dumps({**BY.header("at+jwt"), "x": 1})[:-1]
    value = json.dumps(BY.header("at+jwt").get(name, 1))
    refused(signed_with(f'{head}, "{name}": {value}}}'), DuplicateMember)


@pytest.mark.parametrize("body", ['{"sub":"a","sub":"b"}', '{"a":[{"b":1,"b":1}]}'])
def test_a_claim_named_twice_is_refused(body: str) -> None:
    head = segment(json.dumps(BY.header("at+jwt")))
    refused(BY.raw(f"{head}.{segment(body)}".encode()), DuplicateMember)


@pytest.mark.spec("RFC 8725 §3.10")
def test_keys_that_the_header_brings_along_are_not_used() -> None:
    attacker = signer("ES256", "attacker")
    for offered in (
        {"jwk": attacker.key.to_jwk()},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/chain"},
        {"x5c": ["MIIB"]},
    ):
        own_name = {**attacker.header("at+jwt"), **offered}
        refused(attacker.token(own_name, CLAIMS), UnknownKey)
        refused(attacker.token({**own_name, "kid": "k1"}, CLAIMS), BadSignature)


@given(st.text(max_size=300) | st.none() | st.integers() | st.lists(st.text(), max_size=1))
def test_no_name_but_the_keys_own_finds_it(kid: object) -> None:
    if kid != "k1":
        refused(signed_with({**BY.header("at+jwt"), "kid": kid}))


@pytest.mark.parametrize("kid", ["../k1", "k1\0", "k1' OR '1'='1", "K1", " k1", "k1" * 200])
def test_tricks_with_the_name_find_no_key(kid: str) -> None:
    refused(signed_with({**BY.header("at+jwt"), "kid": kid}), UnknownKey)


@given(st.text(max_size=20))
def test_no_other_type_is_taken(typ: str) -> None:
    if typ.lower().removeprefix("application/") != "at+jwt":
        refused(signed_with({**BY.header("at+jwt"), "typ": typ}), WrongType)


@given(st.integers(0, len(GOOD) - 1), st.characters(max_codepoint=300))
def test_a_token_with_any_character_exchanged_is_refused(at: int, other: str) -> None:
    if GOOD[at] != other:
        refused(GOOD[:at] + other + GOOD[at + 1 :])


@given(st.integers(0, len(GOOD) - 1))
def test_a_token_cut_anywhere_is_refused(at: int) -> None:
    refused(GOOD[:at])
    refused(GOOD[:at] + GOOD[at + 1 :])


@given(st.integers(0, len(GOOD)), st.sampled_from(". =\n\t+/-é%"))
def test_a_token_with_anything_put_in_is_refused(at: int, extra: str) -> None:
    refused(GOOD[:at] + extra + GOOD[at:])


@pytest.mark.spec("RFC 7515 §2")
def test_padding_and_stray_bits_are_refused() -> None:
    head, body, signature = GOOD.split(".")
    for bent in (head + "=", head + "=="):
        refused(f"{bent}.{body}.{signature}", Malformed)
    last = "AQgw".index(signature[-1])
    refused(f"{head}.{body}.{signature[:-1]}{'BRhx'[last]}", Malformed)


@pytest.mark.spec("RFC 7518 §3.4")
@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(64),
        bytes(63) + b"\1",
        bytes([255] * 64),
        bytes(65),
        bytes(32),
        b"\x30\x06\2\1\1\2\1\1",
    ],
)
def test_degenerate_ecdsa_signatures_are_refused(signature: bytes) -> None:
    refused(compact(signing_input(BY.header("at+jwt"), CLAIMS), signature), BadSignature)


@pytest.mark.spec("RFC 7518 §3.4")
def test_a_good_ecdsa_signature_has_no_second_spelling() -> None:
    signed, _, text = GOOD.rpartition(".")
    raw = base64.urlsafe_b64decode(text + "==")
    for bent in (raw[:32] + b"\0" + raw[32:], b"\0" + raw, raw + b"\0", b"\0" + raw[:63]):
        refused(compact(signed.encode(), bent), BadSignature)


@pytest.mark.parametrize("dots", [0, 1, 3, 4, 100, 16_000])
def test_any_other_number_of_segments_is_refused(dots: int) -> None:
    refused("." * dots, Malformed)
    refused(".".join(["e30"] * (dots + 1))[:16_000], Malformed)


def test_an_encrypted_token_is_not_taken_for_a_signed_one() -> None:
    header = segment('{"alg":"dir","enc":"A256GCM"}')
    refused(f"{header}..AA.AA.AA", Malformed)


def test_size_is_refused_one_beyond_the_limit() -> None:
    limit = ACCESS_TOKEN.limit_bytes
    refused("a" * (limit + 1), TooLarge)
    refused("a" * limit, Malformed)


def test_depth_is_bounded_in_header_and_claims() -> None:
    deep: object = 1
    for _ in range(20):
        deep = [deep]
    refused(signed_with({**BY.header("at+jwt"), "x": deep}), TooLarge)
    refused(BY.token(BY.header("at+jwt"), {"x": deep}), TooLarge)


@given(st.text(max_size=80))
def test_no_text_leads_to_another_error(token: str) -> None:
    refused(token)
    with pytest.raises(JoseRefused):
        read(token, ACCESS_TOKEN)


@pytest.mark.spec("RFC 8725 §3.2")
@pytest.mark.parametrize("slashes", range(1, 6))
@pytest.mark.parametrize("where", ['"x":"a%sb"', '"%s":1', '"x":[{"y":"%s"}]'])
def test_no_text_of_the_claims_holds_nul(slashes: int, where: str) -> None:
    """An odd number of backslashes escapes what follows; an even one only themselves."""
    said = where % ("\\" * slashes + "u0000")
    head = segment(json.dumps(BY.header("at+jwt")))
    token = BY.raw(f"{head}.{segment(f'{{{said}}}')}".encode())
    if slashes % 2 == 0:
        assert verify(token, BY.keys, ACCESS_TOKEN)
        return
    refused(token, Malformed)
