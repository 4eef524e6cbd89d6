"""Tokens that were verified before."""

import pytest

from kernel.proof.jose import (
    ACCESS_TOKEN,
    BadSignature,
    JoseRefused,
    KeySet,
    PublicKey,
    SeenTokens,
    UnknownKey,
    verify,
)
from tests.unit.kernel.proof.signers import Signer, signer


def a_token(by: Signer, sub: str = "a") -> str:
    return by.token(by.header("at+jwt"), {"sub": sub})


@pytest.mark.spec("RFC 7515 §5.2")
def test_a_token_seen_before_says_what_it_said() -> None:
    by, seen = signer(), SeenTokens(ACCESS_TOKEN)
    keys = by.keys
    token = a_token(by)
    first = seen.verify(token, keys)
    assert first == verify(token, keys, ACCESS_TOKEN)
    assert seen.verify(token, keys) is first


@pytest.mark.spec("RFC 7515 §5.2")
def test_under_other_keys_nothing_was_seen() -> None:
    by, other, seen = signer(), signer("ES256", "another"), SeenTokens(ACCESS_TOKEN)
    keys = by.keys
    token = a_token(by)
    seen.verify(token, keys)
    with pytest.raises(UnknownKey):
        seen.verify(token, other.keys)
    taken_over = KeySet.of([PublicKey(by.kid, "ES256", other.public)])
    with pytest.raises(BadSignature):
        seen.verify(token, taken_over)
    assert seen.verify(token, keys)["sub"] == "a"


@pytest.mark.spec("RFC 7515 §5.2")
def test_every_other_spelling_of_a_seen_token_is_looked_at() -> None:
    by, seen = signer(), SeenTokens(ACCESS_TOKEN)
    keys = by.keys
    token, other = a_token(by), a_token(by, "b")
    seen.verify(token, keys)
    head, _, signature = token.split(".")
    for bent in (token + "A", token[:-1], f"{head}.{other.split('.')[1]}.{signature}"):
        for _ in range(2):
            with pytest.raises(JoseRefused):
                seen.verify(bent, keys)


def test_the_oldest_are_forgotten_first() -> None:
    by, seen = signer(), SeenTokens(ACCESS_TOKEN, most=2)
    keys = by.keys
    tokens = [a_token(by, name) for name in "abc"]
    kept = [seen.verify(token, keys) for token in tokens]
    assert seen.verify(tokens[2], keys) is kept[2]
    assert seen.verify(tokens[1], keys) is kept[1]
    again = seen.verify(tokens[0], keys)
    assert again is not kept[0]
    assert again == kept[0]
