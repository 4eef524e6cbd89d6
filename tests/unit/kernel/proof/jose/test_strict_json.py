import json
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.proof.jose import (
    DuplicateMember,
    JoseRefused,
    Malformed,
    TooLarge,
    decode_json,
    decode_object,
)

NAMES: Final = st.text("ab ", min_size=1, max_size=3)
LEAVES: Final = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text()
VALUES: Final = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=10
)


@given(VALUES)
def test_what_the_standard_writes_is_read_back(value: object) -> None:
    raw = json.dumps(value, ensure_ascii=False).encode()
    assert decode_json(raw, depth=40) == value


@given(VALUES)
def test_what_has_no_space_to_spare_is_read_back_too(value: object) -> None:
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert decode_json(raw, depth=40) == value


@given(VALUES, NAMES, st.integers(0, 6), st.sampled_from(("", " ", "\r\n\t")))
@pytest.mark.spec("RFC 7515 §4")
def test_a_member_named_twice_is_refused_at_any_depth(
    value: object, name: str, depth: int, space: str
) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=("," + space, ":" + space))
    pair = f'"{name}":{space}{text}'
    twice = f'{{{pair},{space}"x":{space}1,{space}{pair}}}'
    for _ in range(depth):
        twice = f'[{{"outer":{space}{twice}}}]'
    with pytest.raises(DuplicateMember):
        decode_json(twice.encode(), depth=40)


@given(VALUES, NAMES, NAMES)
@pytest.mark.spec("RFC 8259 §2")
def test_blanks_tell_names_and_texts_apart(value: object, name: str, other: str) -> None:
    said = {name: value, other: f" {name} {other}"}
    assert decode_json(json.dumps(said, indent=2).encode(), depth=40) == said


@pytest.mark.spec("RFC 7515 §4")
def test_a_name_spelt_in_two_ways_is_one_name() -> None:
    with pytest.raises(DuplicateMember):
        decode_json(b'{"sub": "a", "s\\u0075b": "b"}')


@pytest.mark.spec("RFC 7493 §2")
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{}x",
        b"[1,]",
        b"{'a':1}",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b'"\\ud800"',
        b'{"\\udc00": 1}',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b'"\x01"',
        b"01",
        b"1" * 5000,
        b"18446744073709551616",
        b"[-9223372036854775809]",
        '"é"'.encode("latin-1"),
        "{}".encode("utf-16"),
    ],
)
def test_what_is_not_interoperable_json_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        decode_json(raw)


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert decode_json(b'"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_depth_is_refused_one_beyond_the_limit(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    decode_json(opening * 5 + b"1" + closing * 5, depth=5)
    with pytest.raises(TooLarge):
        decode_json(opening * 6 + b"1" + closing * 6, depth=5)


def test_depth_far_beyond_the_recursion_limit_is_refused_as_too_deep() -> None:
    with pytest.raises(TooLarge):
        decode_json(b"[" * 30_000 + b"]" * 30_000)


def test_brackets_inside_strings_are_not_depth() -> None:
    raw = json.dumps({"a": '[[[[{{{{"\\', "b": ["]}"] * 9}).encode()
    assert decode_json(raw, depth=2) == json.loads(raw)


def test_length_is_refused_one_beyond_the_limit() -> None:
    decode_json(b'"1234"', limit_bytes=6)
    with pytest.raises(TooLarge):
        decode_json(b'"12345"', limit_bytes=6)


@pytest.mark.parametrize("raw", [b"[]", b"1", b"null", b'"{}"'])
def test_an_object_is_asked_for_and_nothing_else_taken(raw: bytes) -> None:
    with pytest.raises(Malformed):
        decode_object(raw)


@given(st.binary(max_size=60))
def test_no_bytes_lead_to_another_error(raw: bytes) -> None:
    try:
        value = decode_json(raw)
    except JoseRefused:
        return
    assert json.loads(raw) == value
