"""Keys on the wire of the API; never a private one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.ids import JobId
from trustroot.keys.domain import KeyRecord, KeyState, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShown:
    """One key; ``public`` is its JWK, null for a symmetric one."""

    kid: str
    purpose: Purpose
    algorithm: str
    state: KeyState
    public: Mapping[str, object] | None
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysShown:
    """Every key that is not destroyed, oldest first."""

    keys: tuple[KeyShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationAskedFor:
    """The purpose whose next key shall become active."""

    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationQueued:
    """The worker's job; done when the list shows another active key."""

    job: JobId
    purpose: Purpose


def shown(records: Iterable[KeyRecord]) -> KeysShown:
    """Lay keys out for the wire."""
    return KeysShown(keys=tuple(_shown(record) for record in records))


def _shown(record: KeyRecord) -> KeyShown:
    return KeyShown(
        kid=record.kid,
        purpose=record.purpose,
        algorithm=record.algorithm.value,
        state=record.state,
        public=record.public,
        made_at=record.made_at,
        changed_at=record.changed_at,
    )
