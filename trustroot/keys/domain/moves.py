"""How keys move from state to state."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trustroot.keys.domain.purposes import Purpose, rule_of
from trustroot.keys.domain.records import KeyRecord, KeyState, Reason
from trustroot.keys.domain.timing import Timing
from trustroot.keys.errors import (
    DistrustUnsupported,
    KeyDistrusted,
    NextKeyTooFresh,
    NoActiveKey,
    PurposeLasts,
)

Records = tuple[KeyRecord, ...]
_SIGNED: Final = (KeyState.RETIRED, KeyState.DISTRUSTED)
_AT_ONCE: Final = Timing()


@dataclass(frozen=True, slots=True)
class Rotation:
    """The records of one purpose that a rotation changes, with their new states."""

    activated: KeyRecord
    retired: KeyRecord


@dataclass(frozen=True, slots=True)
class Distrust:
    """A key with the state that distrust gives it, and the one that signs in its place."""

    revoked: KeyRecord
    follows: KeyRecord | None

    @property
    def changed(self) -> Records:
        """Every record that must be written."""
        return (self.revoked,) if self.follows is None else (self.revoked, self.follows)


def rotation(  # noqa: PLR0913  whose keys, which, when, and by which rule
    purpose: Purpose,
    records: Records,
    now: datetime,
    timing: Timing = _AT_ONCE,
    *,
    name: str | None = None,
    emergency: bool = False,
) -> Rotation:
    """Move next to active and active to retired.

    Raises:
        PurposeLasts: keys of this purpose are never rotated.
        NoActiveKey: there is no next or no active key.
        NextKeyTooFresh: others may not have seen the next key yet, and it is no emergency.
    """
    if not rule_of(purpose).rotates:
        raise PurposeLasts(purpose)
    active = in_state(purpose, records, KeyState.ACTIVE, name)
    following = in_state(purpose, records, KeyState.NEXT, name)
    if not emergency:
        may_switch(following, now, timing)
    return Rotation(
        activated=_activated(following, now),
        retired=replace(active, state=KeyState.RETIRED, changed_at=now, retired_at=now),
    )


def may_switch(following: KeyRecord, now: datetime, timing: Timing) -> None:
    """OpenID Federation 1.0 §11.2: a key signs when every reader can know it.

    Raises:
        NextKeyTooFresh: it was announced less than one lead ago.
    """
    if now - following.made_at < timing.lead:
        raise NextKeyTooFresh(following.purpose)


def distrust(
    record: KeyRecord, records: Records, reason: Reason, now: datetime
) -> Distrust:
    """Take a key out at once; the next one signs in its place, however fresh it is.

    If there is no next key, nothing signs until the worker has made one: better no
    signature than one that a thief could have made.

    Raises:
        DistrustUnsupported: it is symmetric, or names something that must stay the same.
        KeyDistrusted: that has been done.
    """
    if record.public is None or not rule_of(record.purpose).rotates:
        raise DistrustUnsupported(record.purpose)
    if record.revoked_at is not None:
        raise KeyDistrusted(record.kid)
    was, gone = record.state, record.state is KeyState.DESTROYED
    revoked = replace(
        record,
        state=was if gone else KeyState.DISTRUSTED,
        changed_at=record.changed_at if gone else now,
        revoked_at=now,
        reason=reason,
    )
    if was is not KeyState.ACTIVE:
        return Distrust(revoked, None)
    following = _find(record.purpose, records, KeyState.NEXT, record.name)
    return Distrust(revoked, None if following is None else _activated(following, now))


def in_state(
    purpose: Purpose, records: Records, state: KeyState, name: str | None = None
) -> KeyRecord:
    """Return the one key of a purpose and name in a state that holds one key.

    Raises:
        NoActiveKey: there is none.
    """
    found = _find(purpose, records, state, name)
    if found is None:
        raise NoActiveKey(f"{purpose}: no {state} key")
    return found


def is_spent(record: KeyRecord, now: datetime, timing: Timing = _AT_ONCE) -> bool:
    """Tell whether a key that signs no more has outlived everything it signed.

    Symmetric keys are kept: something sealed with them may be left.
    """
    if record.state not in _SIGNED or record.public is None:
        return False
    return now - record.changed_at > timing.overlap


def _activated(following: KeyRecord, now: datetime) -> KeyRecord:
    return replace(following, state=KeyState.ACTIVE, changed_at=now, activated_at=now)


def _find(
    purpose: Purpose, records: Records, state: KeyState, name: str | None
) -> KeyRecord | None:
    sought = (purpose, state, name)
    return next((r for r in records if (r.purpose, r.state, r.name) == sought), None)
