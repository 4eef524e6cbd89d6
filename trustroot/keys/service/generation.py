"""What one generation of keys looks like to whoever uses them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kernel.proof import seal
from kernel.proof.jose import KeySet, PublicKey
from kernel.proof.seal import SymmetricKey
from trustroot.keys.domain import (
    Algorithm,
    KeyRecord,
    KeyState,
    Purpose,
    shown_with,
)
from trustroot.keys.ports import SigningKey

Whose = tuple[Purpose, str | None]
"""A purpose, and whose keys where it has several."""
SHOWN: Final = (KeyState.ACTIVE, KeyState.NEXT, KeyState.RETIRED)
# OIDC Core §10.2.1: nobody encrypts to a retired key any more; it still opens.
_ENCRYPTED_TO: Final = (KeyState.ACTIVE, KeyState.NEXT)


@dataclass(frozen=True, slots=True)
class View:
    """What one generation of keys looks like."""

    generation: int
    known: Mapping[str, KeyRecord]
    active: Mapping[Whose, KeyRecord]
    published: Mapping[Whose, KeySet]
    ready: dict[tuple[str, str], "Ready"] = field(default_factory=dict)
    current: dict[seal.Purpose, SymmetricKey] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """What every signature by one key for one type begins with, and the key."""

    head: bytes
    key: SigningKey = field(repr=False)


def laid_out(generation: int, records: tuple[KeyRecord, ...]) -> View:
    """Return what keys in these records look like: which sign, and what is shown."""
    active = {_whose(r): r for r in records if r.state is KeyState.ACTIVE}
    shown: dict[Whose, list[KeyRecord]] = {}
    for record in records:
        if record.public is not None and record.state in _shown(record):
            shown.setdefault(_whose(record), []).append(record)
    published = {whose: _key_set(_together(whose, shown)) for whose in shown}
    return View(generation, {record.kid: record for record in records}, active, published)


def _together(whose: Whose, shown: Mapping[Whose, list[KeyRecord]]) -> list[KeyRecord]:
    """Return what is published under one name: token keys of all algorithms together."""
    purpose, name = whose
    families = (shown.get((each, name), []) for each in shown_with(purpose))
    return [record for family in families for record in family]


def _shown(record: KeyRecord) -> tuple[KeyState, ...]:
    return _ENCRYPTED_TO if record.algorithm is Algorithm.ECDH_ES else SHOWN


def _whose(record: KeyRecord) -> Whose:
    return record.purpose, record.name


def _key_set(records: list[KeyRecord]) -> KeySet:
    ordered = sorted(records, key=lambda record: SHOWN.index(record.state))
    return KeySet.of(PublicKey.parse(r.public) for r in ordered if r.public is not None)
