"""One key: its state, what everybody may know of it, and what is left of it in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from trustroot.keys.domain.purposes import Algorithm, Purpose


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


def historical(record: KeyRecord) -> HistoricalKey | None:
    """Return what a key left behind (OpenID Federation 1.0 §8.7.2).

    None for keys that may still sign, and for symmetric ones.
    """
    stopped = [at for at in (record.retired_at, record.revoked_at) if at is not None]
    if not stopped and record.state in (KeyState.RETIRED, KeyState.DESTROYED):
        stopped = [record.changed_at]  # from before both were written down
    if record.public is None or not stopped:
        return None
    return HistoricalKey(
        public=record.public,
        kid=record.kid,
        made_at=record.made_at,
        activated_at=record.activated_at,
        expires_at=min(stopped),
        revoked_at=record.revoked_at,
        reason=record.reason,
    )
