"""What keys an installation should have and has not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from trustroot.keys.domain.moves import Records
from trustroot.keys.domain.purposes import NAMED_RULES, RULES, Purpose, rule_of
from trustroot.keys.domain.records import KeyState


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key that is missing: of which purpose and name, and which state it is to have."""

    purpose: Purpose
    state: KeyState
    name: str | None = None


EVERYWHERE: Final = tuple(RULES)
"""The purposes of every installation."""


def wanted(
    records: Records, purposes: tuple[Purpose, ...] = EVERYWHERE
) -> Iterator[Wanted]:
    """Walk what is missing of some purposes, and of all that have names.

    A purpose has an active key and, where keys rotate, a next one. It lacks both if this
    program is younger than the installation, one after a key was distrusted.
    """
    names = {(r.purpose, r.name) for r in records if r.purpose in NAMED_RULES}
    for purpose, name in (*((purpose, None) for purpose in purposes), *sorted(names)):
        yield from wanted_of(purpose, name, records)


def wanted_of(purpose: Purpose, name: str | None, records: Records) -> Iterator[Wanted]:
    """Walk what is missing of one purpose, and of one name where it has several."""
    held = {r.state for r in records if (r.purpose, r.name) == (purpose, name)}
    if KeyState.ACTIVE not in held:
        yield Wanted(purpose, KeyState.ACTIVE, name)
    if rule_of(purpose).rotates and KeyState.NEXT not in held:
        yield Wanted(purpose, KeyState.NEXT, name)
