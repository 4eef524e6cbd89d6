"""What a key is for, in which state it is, and how states follow each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from trustroot.keys.errors import (
    NextKeyTooFresh,
    NoActiveKey,
    PurposeLasts,
    PurposeUnsupported,
)


class Purpose(StrEnum):
    """What a key may be used for; one key never serves two."""

    ANCHOR = "anchor"
    ENTITY = "entity"
    TOKENS = "tokens"
    SAML_SIGN = "saml-sign"
    SAML_DECRYPT = "saml-decrypt"
    FEED = "feed"
    LOG = "log"
    LIST = "list"
    CA = "ca"
    OCSP = "ocsp"
    TSA = "tsa"
    SIGNALS = "signals"
    STATUS = "status"
    CLIENT = "client"
    REPRESENTED = "represented"
    PAIRWISE = "pairwise"
    PERSON = "person"
    PSEUDONYM = "pseudonym"
    SEAL = "seal"


class Algorithm(StrEnum):
    """The kinds of key we make."""

    ES256 = "ES256"
    ED25519 = "EdDSA"
    SYMMETRIC = "A256"


class RoleGroup(StrEnum):
    """Who may open a vault file: every serving process, or the worker alone."""

    SERVE = "serve"
    WORKER = "worker"


class KeyState(StrEnum):
    """The life of a key: published before it signs, published until nothing needs it.

    A distrusted key left that way at once; it never comes back.
    """

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"
    DISTRUSTED = "distrusted"
    DESTROYED = "destroyed"


class Reason(StrEnum):
    """Why a key is trusted no more (OpenID Federation 1.0 §8.7.3)."""

    UNSPECIFIED = "unspecified"
    COMPROMISED = "compromised"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """What keys of a purpose are, who opens them, and whether they are ever rotated."""

    algorithm: Algorithm
    group: RoleGroup
    rotates: bool = True


_ES, _ED, _SYM = Algorithm.ES256, Algorithm.ED25519, Algorithm.SYMMETRIC
_SERVE, _WORKER = RoleGroup.SERVE, RoleGroup.WORKER

# Without a row: saml-sign and saml-decrypt (RSA, with the SAML front). A new log key would
# be another log; new pairwise or person keys would give everybody another name.
RULES: Final[Mapping[Purpose, PurposeRule]] = MappingProxyType(
    {
        Purpose.ANCHOR: PurposeRule(_ES, _WORKER),
        Purpose.ENTITY: PurposeRule(_ES, _SERVE),
        Purpose.TOKENS: PurposeRule(_ES, _SERVE),
        Purpose.FEED: PurposeRule(_ES, _WORKER),
        Purpose.LOG: PurposeRule(_ED, _WORKER, rotates=False),
        Purpose.LIST: PurposeRule(_ES, _WORKER),
        Purpose.CA: PurposeRule(_ES, _WORKER),
        Purpose.OCSP: PurposeRule(_ES, _WORKER),
        Purpose.TSA: PurposeRule(_ES, _WORKER),
        Purpose.SIGNALS: PurposeRule(_ES, _SERVE),
        Purpose.STATUS: PurposeRule(_ES, _SERVE),
        Purpose.CLIENT: PurposeRule(_ES, _SERVE),
        Purpose.PAIRWISE: PurposeRule(_SYM, _SERVE, rotates=False),
        Purpose.PERSON: PurposeRule(_SYM, _SERVE, rotates=False),
        Purpose.PSEUDONYM: PurposeRule(_SYM, _SERVE),
        Purpose.SEAL: PurposeRule(_SYM, _SERVE),
    }
)
"""What every installation has keys for, from its first day on."""
NAMED_RULES: Final[Mapping[Purpose, PurposeRule]] = MappingProxyType(
    {Purpose.REPRESENTED: PurposeRule(_ES, _WORKER)}
)
"""Purposes with keys for each of several names: one pair per represented member."""


def rule_of(purpose: Purpose) -> PurposeRule:
    """Return what keys of a purpose are.

    Raises:
        PurposeUnsupported: no kind of key is laid down for it yet.
    """
    rule = RULES.get(purpose) or NAMED_RULES.get(purpose)
    if rule is None:
        raise PurposeUnsupported(purpose)
    return rule


PUBLICATION_LEAD: Final = timedelta(seconds=10)
"""How long a next key is published before it may sign."""
RETENTION: Final = timedelta(days=30)
"""How long a retired signing key stays published; longer than anything it signed lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """What everybody may know of one key, kept for good.

    Attributes:
        public: its public JWK; None for symmetric keys.
        name: whose it is, where a purpose has keys of several names (a member's slug).
        made_at: since when it is announced.
        activated_at: since when it signs or signed; None if it never did, or if it began
            before we wrote that down.
        retired_at: when it stopped signing.
        revoked_at: when it was distrusted, with ``reason``.
    """

    kid: str
    purpose: Purpose
    algorithm: Algorithm
    state: KeyState
    public: Mapping[str, object] | None
    made_at: datetime
    changed_at: datetime
    name: str | None = None
    activated_at: datetime | None = None
    retired_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalKey:
    """A key that signs no more (OpenID Federation 1.0 §8.7.2).

    Attributes:
        public: its public JWK, ``kid`` in it.
        expires_at: when it stopped signing; what it signed later is not ours.
        revoked_at: when it was distrusted; None if it was only followed by another.
    """

    public: Mapping[str, object]
    kid: str
    made_at: datetime
    activated_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class RawSignature:
    """A signature over bytes: which key, which algorithm, and the signature itself."""

    kid: str
    alg: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A key the vault has made: its name, and its public JWK unless it is symmetric."""

    kid: str
    algorithm: Algorithm
    public: Mapping[str, object] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Rotation:
    """The records of one purpose that a rotation changes, with their new states."""

    activated: KeyRecord
    retired: KeyRecord


def rotation(purpose: Purpose, records: tuple[KeyRecord, ...], now: datetime) -> Rotation:
    """Move next to active and active to retired.

    Raises:
        PurposeLasts: keys of this purpose are never rotated.
        NoActiveKey: there is no next or no active key.
        NextKeyTooFresh: others may not have seen the next key yet.
    """
    if not RULES[purpose].rotates:
        raise PurposeLasts(purpose)
    active = in_state(purpose, records, KeyState.ACTIVE)
    following = in_state(purpose, records, KeyState.NEXT)
    if now - following.made_at < PUBLICATION_LEAD:
        raise NextKeyTooFresh(purpose)
    return Rotation(
        activated=replace(following, state=KeyState.ACTIVE, changed_at=now),
        retired=replace(active, state=KeyState.RETIRED, changed_at=now),
    )


def in_state(
    purpose: Purpose, records: tuple[KeyRecord, ...], state: KeyState
) -> KeyRecord:
    """Return the one key of a purpose in a state that holds one key.

    Raises:
        NoActiveKey: there is none.
    """
    for record in records:
        if record.purpose is purpose and record.state is state:
            return record
    raise NoActiveKey(f"{purpose}: no {state} key")


def is_spent(record: KeyRecord, now: datetime) -> bool:
    """Tell whether a retired signing key has outlived everything it signed.

    Symmetric keys are kept: something sealed with them may be left.
    """
    if record.state is not KeyState.RETIRED or record.public is None:
        return False
    return now - record.changed_at > RETENTION
