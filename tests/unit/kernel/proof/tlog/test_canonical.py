import hashlib
from enum import StrEnum
from typing import Final

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from kernel.proof.tlog import NotCanonical, commitment, jcs

NUMBERS: Final = st.integers(-(2**53) + 1, 2**53 - 1)
TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]))
BMP: Final = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
VALUES: Final = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(BMP, inner),
    max_leaves=12,
)


class Colour(StrEnum):
    RED = "red"


@given(VALUES)
@pytest.mark.spec("RFC 8785 §3.2")
def test_the_form_is_that_of_an_independent_library(value: object) -> None:
    assert jcs(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # JSON by making


@pytest.mark.spec("RFC 8785 §3.2.2.2")
def test_every_character_is_escaped_as_the_specification_says() -> None:
    text = "".join(chr(code) for code in range(0x300)) + "\u2028\u2029\ufeff\U0001f600"
    assert jcs({text: text}.get(text)) == rfc8785.dumps(text)


@pytest.mark.spec("RFC 8785 §3.2.3")
def test_names_are_in_the_order_of_utf_16() -> None:
    value = {"€": 1, "\r": 2, "דּ": 3, "1": 4, "\x80": 6, "ö": 7}
    assert jcs(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.1,
        float("nan"),
        2**53,
        -(2**53),
        10**30,
        b"a",
        (1, 2),
        {1: 2},
        {"\U0001f600": 1},
        {"a": {"\U00010000": 1}},
        "\ud800",
        {"\udfff": 1},
        Colour.RED,
        {Colour.RED: 1},
        object(),
        {"a": [{"b": 1.5}]},
        set(),
    ],
)
def test_what_lies_outside_the_subset_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        jcs(value)


def test_a_value_too_deep_is_refused() -> None:
    deep: object = 1
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(NotCanonical):
        jcs(deep)


def test_a_commitment_is_the_hash_of_nonce_and_form() -> None:
    nonce = bytes(range(32))
    expected = hashlib.sha256(nonce + b'{"a":1,"b":"\xe7\x94\xb2"}').digest()
    assert commitment(nonce, {"b": "甲", "a": 1}) == expected
    assert commitment(bytes(32), {"b": "甲", "a": 1}) != expected


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_commitment_needs_its_whole_nonce(length: int) -> None:
    with pytest.raises(NotCanonical):
        commitment(bytes(length), {})
