"""Keys on the wire of the API; never a private one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kernel.ids import JobId
from trustroot.keys.domain import (
    Act,
    HistoricalKey,
    KeyRecord,
    KeyState,
    Purpose,
    Reason,
    Timings,
    Why,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrustShown:
    """That a key is distrusted, why, and what a second person confirms: ``digest``."""

    kid: str
    reason: Reason
    note: str
    at: datetime
    confirmed: bool
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShown:
    """One key; ``public`` is its JWK, null for a symmetric one.

    ``may_sign_from`` stands at a next key, ``due_at`` at an active one that is followed by
    schedule, ``leaves_at`` at a retired one: until then it is published.
    """

    kid: str
    purpose: Purpose
    name: str | None
    algorithm: str
    state: KeyState
    public: Mapping[str, object] | None
    made_at: datetime
    changed_at: datetime
    announced_at: datetime
    may_sign_from: datetime | None
    activated_at: datetime | None
    due_at: datetime | None
    retired_at: datetime | None
    leaves_at: datetime | None
    distrust: DistrustShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysShown:
    """Every key that is not destroyed, oldest first."""

    keys: tuple[KeyShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalKeyShown:
    """A key that signs no more; ``exp`` is when it stopped."""

    kid: str
    public: Mapping[str, object]
    made_at: datetime
    activated_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryShown:
    """The keys of a purpose that sign no more, oldest first."""

    purpose: Purpose
    keys: tuple[HistoricalKeyShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationAskedFor:
    """The purpose whose next key shall become active.

    ``name`` tells whose keys, where a purpose has several. In an ``emergency`` nobody waits
    until the next key is known everywhere; it needs a reason.
    """

    purpose: Purpose
    name: str | None = None
    emergency: bool = False
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationQueued:
    """The worker's job; done when the list shows another active key."""

    job: JobId
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrustAskedFor:
    """A key of ours that may be somebody else's by now."""

    kid: str
    reason: Reason
    note: str = ""

    def why(self) -> Why:
        """Return the reason as the rules take it."""
        return Why(self.reason, self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrustSeen:
    """What the second person has seen."""

    kid: str
    digest: str


class ActOf(Protocol):
    """Finds what was done about a key."""

    def __call__(self, record: KeyRecord, /) -> Act | None:
        """Return it, if anything was."""
        ...


def shown(records: Iterable[KeyRecord], timings: Timings, act_of: ActOf) -> KeysShown:
    """Lay keys out for the wire."""
    return KeysShown(keys=tuple(_shown(r, timings, act_of(r)) for r in records))


def distrust_shown(act: Act) -> DistrustShown:
    """Lay a distrust out for the wire."""
    return DistrustShown(
        kid=act.kid,
        reason=act.why.reason,
        note=act.why.note,
        at=act.at,
        confirmed=act.second is not None,
        digest=act.digest.hex(),
    )


def history_shown(purpose: Purpose, keys: Iterable[HistoricalKey]) -> HistoryShown:
    """Lay historical keys out for the wire."""
    rows = (
        HistoricalKeyShown(
            kid=key.kid,
            public=key.public,
            made_at=key.made_at,
            activated_at=key.activated_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            reason=key.reason,
        )
        for key in keys
    )
    return HistoryShown(purpose=purpose, keys=tuple(rows))


def _shown(record: KeyRecord, timings: Timings, act: Act | None) -> KeyShown:
    timing, state = timings.of(record.purpose), record.state
    since = record.activated_at or record.changed_at
    is_due = state is KeyState.ACTIVE and timing.period is not None
    leaves = state is KeyState.RETIRED and record.public is not None
    return KeyShown(
        kid=record.kid,
        purpose=record.purpose,
        name=record.name,
        algorithm=record.algorithm.value,
        state=state,
        public=record.public,
        made_at=record.made_at,
        changed_at=record.changed_at,
        announced_at=record.made_at,
        may_sign_from=record.made_at + timing.lead if state is KeyState.NEXT else None,
        activated_at=record.activated_at,
        due_at=since + timing.period if is_due and timing.period else None,
        retired_at=record.retired_at,
        leaves_at=record.changed_at + timing.overlap if leaves else None,
        distrust=None if act is None else distrust_shown(act),
    )
