"""What is encrypted to somebody opens with their key, and with no other."""

from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import ECKey, RSAKey

from kernel.proof.jose import AlgorithmNotAllowed, KeySet, PublicKey, UnknownKey
from kernel.proof.jose.encrypting import (
    CONTENT_ENCRYPTIONS,
    KEY_ENCRYPTIONS,
    encrypted_to,
    key_to_encrypt_to,
)

CONTENT = '{"name":"王小明"}'.encode()
EVERYTHING = JWERegistry(algorithms=[*KEY_ENCRYPTIONS, *CONTENT_ENCRYPTIONS])
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def private(alg: str) -> Private:
    if alg.startswith("RSA"):
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


def readers(*keys: PublicKey) -> KeySet:
    return KeySet.of(keys)


def of(alg: str, kid: str = "e1", use: str | None = "enc") -> PublicKey:
    return PublicKey(kid, None, private(alg).public_key(), use=use)


def opened(token: str, key: Private) -> tuple[dict[str, object], bytes | None]:
    own = RSAKey if isinstance(key, rsa.RSAPrivateKey) else ECKey
    found = decrypt_compact(token, own.import_key(key), registry=EVERYTHING)  # type: ignore[arg-type]  # either
    return dict(found.protected), found.plaintext


@pytest.mark.spec("RFC 7516 §5.1")
@pytest.mark.parametrize("enc", CONTENT_ENCRYPTIONS)
@pytest.mark.parametrize("alg", KEY_ENCRYPTIONS)
def test_the_reader_reads_what_was_encrypted(alg: str, enc: str) -> None:
    token = encrypted_to(readers(of(alg)), alg, enc, CONTENT)
    header, content = opened(token, private(alg))
    assert content == CONTENT
    assert (header["alg"], header["enc"], header["kid"]) == (alg, enc, "e1")
    assert "cty" not in header
    assert CONTENT not in token.encode()


@pytest.mark.spec("RFC 7519 §5.2")
def test_a_token_inside_is_announced() -> None:
    token = encrypted_to(
        readers(of("ECDH-ES")), "ECDH-ES", "A128GCM", b"a.b.c", content_type="JWT"
    )
    assert opened(token, private("ECDH-ES"))[0]["cty"] == "JWT"


def test_nothing_repeats_between_two_encryptions() -> None:
    one, two = (
        encrypted_to(readers(of("ECDH-ES")), "ECDH-ES", "A256GCM", CONTENT) for _ in "ab"
    )
    assert not set(one.split(".")) & set(two.split(".")) - {""}


@pytest.mark.spec("RFC 8725 §3.2")
@pytest.mark.parametrize(
    ("alg", "enc"),
    [
        ("RSA1_5", "A128GCM"),
        ("RSA-OAEP", "A128GCM"),
        ("dir", "A128GCM"),
        ("PBES2-HS256+A128KW", "A128GCM"),
        ("ECDH-ES", "A192GCM"),
        ("ECDH-ES", "none"),
        ("", ""),
    ],
)
def test_what_is_not_in_the_tables_is_not_used(alg: str, enc: str) -> None:
    with pytest.raises(AlgorithmNotAllowed):
        encrypted_to(readers(of("ECDH-ES")), alg, enc, CONTENT)


EDWARDS = ed25519.Ed25519PrivateKey.generate().public_key()


@pytest.mark.spec("RFC 7517 §4.2")
@pytest.mark.parametrize(
    "key",
    [
        of("RSA-OAEP-256"),
        of("ECDH-ES", use="sig"),
        PublicKey("k", None, EDWARDS, use="enc"),
        PublicKey("k", "ECDH-ES+A256KW", private("ECDH-ES").public_key(), use="enc"),
        PublicKey("k", None, private("ECDH-ES").public_key(), None, frozenset({"verify"})),
    ],
    ids=["type", "use", "curve", "alg", "operations"],
)
def test_a_key_for_something_else_is_not_taken(key: PublicKey) -> None:
    with pytest.raises(UnknownKey):
        encrypted_to(readers(key), "ECDH-ES", "A128GCM", CONTENT)


@pytest.mark.spec("RFC 7517 §4.2")
def test_a_key_that_is_only_for_this_is_taken_first() -> None:
    keys = readers(of("ECDH-ES", "any", use=None), of("ECDH-ES", "only"))
    assert key_to_encrypt_to(keys, "ECDH-ES").kid == "only"
