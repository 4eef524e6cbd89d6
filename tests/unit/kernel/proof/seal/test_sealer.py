from dataclasses import dataclass, replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.entropy import SeededEntropy
from kernel.proof.seal import (
    Place,
    Purpose,
    SealBroken,
    Sealer,
    SealKeyUnknown,
    SealMalformed,
    SealRefused,
    SymmetricKey,
)

PLACE: Final = Place("idp.people", "id_number", "row-1")


@dataclass
class Ring:
    """Symmetric keys in memory, the newest current; the same bytes for every purpose."""

    held: dict[str, bytes]

    def current(self, purpose: Purpose) -> SymmetricKey:
        return self.by_id(purpose, list(self.held)[-1])

    def by_id(self, purpose: Purpose, kid: str) -> SymmetricKey:
        if kid not in self.held:
            raise SealKeyUnknown(purpose)
        return SymmetricKey(kid, self.held[kid])


def a_sealer(**keys: int) -> Sealer:
    held = {kid: bytes([fill]) * 32 for kid, fill in (keys or {"a": 1}).items()}
    return Sealer(Ring(held), SeededEntropy(7))


@given(st.binary(max_size=200), st.text(max_size=5), st.text(max_size=5))
def test_what_was_sealed_opens_at_its_place(text: bytes, column: str, row: str) -> None:
    sealer, place = a_sealer(), Place("room", column, row)
    assert sealer.open(sealer.seal(text, place), place) == text


def test_the_same_text_is_never_sealed_to_the_same_bytes() -> None:
    sealer = a_sealer()
    first, second = sealer.seal(b"text", PLACE), sealer.seal(b"text", PLACE)
    assert first != second
    assert b"text" not in first + second


@pytest.mark.parametrize(
    "place",
    [
        Place("idp.people", "id_number", "row-2"),
        Place("idp.people", "name", "row-1"),
        Place("realname", "id_number", "row-1"),
        Place("idp.people", "id_numberrow-1", ""),
        Place("idp.peopleid_number", "", "row-1"),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(place: Place) -> None:
    sealer = a_sealer()
    with pytest.raises(SealBroken):
        sealer.open(sealer.seal(b"text", PLACE), place)


@given(st.data())
def test_a_value_with_any_bit_changed_does_not_open(data: st.DataObject) -> None:
    sealer = a_sealer()
    sealed = bytearray(sealer.seal(b"text", PLACE))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealRefused):
        sealer.open(bytes(sealed), PLACE)


@given(st.integers(0, 100))
def test_a_value_cut_or_lengthened_does_not_open(at: int) -> None:
    sealer = a_sealer()
    sealed = sealer.seal(b"text", PLACE)
    with pytest.raises(SealRefused):
        sealer.open(sealed[: at % len(sealed)], PLACE)
    with pytest.raises(SealRefused):
        sealer.open(sealed + bytes(at + 1), PLACE)


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        b"\x01",
        b"\x02\x01a" + bytes(40),
        b"\x01\x00" + bytes(40),
        b"\x01\x01\xff" + bytes(40),
    ],
)
def test_what_is_no_envelope_is_named_so(sealed: bytes) -> None:
    with pytest.raises(SealMalformed):
        a_sealer().open(sealed, PLACE)


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    old = a_sealer(a=1).seal(b"text", PLACE)
    rotated = a_sealer(a=1, b=2)
    assert rotated.open(old, PLACE) == b"text"
    fresh = rotated.seal(b"text", PLACE)
    assert (rotated.key_of(old), rotated.key_of(fresh)) == ("a", "b")
    with pytest.raises(SealKeyUnknown):
        a_sealer(b=2).open(old, PLACE)
    with pytest.raises(SealBroken):
        a_sealer(a=3).open(old, PLACE)


def test_a_value_of_one_purpose_does_not_open_for_another() -> None:
    sealer = a_sealer()
    other = replace(sealer, purpose=Purpose.PERSON)
    with pytest.raises(SealBroken):
        other.open(sealer.seal(b"text", PLACE), PLACE)
    assert other.index(b"v", "c") != sealer.index(b"v", "c")


def test_a_name_is_the_same_for_the_same_value_context_and_key_only() -> None:
    sealer = a_sealer(a=1, b=2)
    name = sealer.index(b"value", "context")
    assert len(name) == 32
    assert name == sealer.index(b"value", "context", kid="b")
    others = [
        sealer.index(b"value2", "context"),
        sealer.index(b"value", "context2"),
        sealer.index(b"tvalue", "contex"),
        sealer.index(b"value", "context", kid="a"),
    ]
    assert len({name, *others}) == 5
    with pytest.raises(SealKeyUnknown):
        sealer.index(b"value", "context", kid="c")


def test_no_key_is_shown_and_none_of_another_size_taken() -> None:
    assert "secret" not in repr(SymmetricKey("a", b"secret" * 5 + b"xx"))
    for kid, key in (("a", bytes(31)), ("a", bytes(33)), ("", bytes(32)), ("é", bytes(32))):
        with pytest.raises(SealRefused):
            SymmetricKey(kid, key)
