"""What operators see of the keys, and the rotation they ask for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kernel.events import JsonValue
from kernel.ids import JobId
from kernel.work import JobQueue
from trustroot.keys.checks.acts import reason_is_stated
from trustroot.keys.checks.endorsed import readers_believe
from trustroot.keys.domain import (
    PUBLICATION_LEAD,
    Act,
    ActKind,
    Actor,
    KeyRecord,
    KeyState,
    Purpose,
    Timings,
    Why,
    in_state,
    may_switch,
    rule_of,
    shown_with,
)
from trustroot.keys.errors import PurposeLasts, PurposeUnsupported, UnknownPurpose
from trustroot.keys.events import RotationAsked
from trustroot.keys.ports import EndorsedKeys
from trustroot.keys.service.books import Books

Records = tuple[KeyRecord, ...]
ROTATE_JOB: Final = "keys.rotate"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDesk:
    """Shows keys, and puts rotations off to the worker."""

    books: Books
    jobs: JobQueue
    timings: Timings = field(default_factory=Timings)
    endorsed: EndorsedKeys | None = None

    def records(self) -> tuple[KeyRecord, ...]:
        """Return every key that is not destroyed, oldest first."""
        return self.books.store.records()

    def act_about(self, record: KeyRecord) -> Act | None:
        """Return the distrust of a key, if it was distrusted."""
        if record.revoked_at is None:
            return None
        return self.books.acts.find(record.kid, ActKind.DISTRUST)

    def ask_rotation(
        self, purpose: Purpose, actor: Actor | None, *, name: str | None = None
    ) -> JobId:
        """Have the worker rotate a purpose; asked twice, it rotates once.

        Tokens are rotated whole: the keys of all algorithms, or none of them.

        Raises:
            UnknownPurpose, PurposeLasts, NoActiveKey: as they say.
            NextKeyTooFresh: the next key must stand announced for longer. Some seconds
                are no reason to refuse: the worker waits for them.
            NextKeyNotEndorsed: the offline root has to endorse it first.
        """
        _rotates(purpose)
        with self.books.work():
            records = self.records()
            whole = _together(purpose, records, {KeyState.ACTIVE, KeyState.NEXT})
            due = [self._due(each, records, name) for each in whole]
            for each in whole:
                self.books.trail.record(_asked(each, actor))
            first, *_ = [self._queued(*each) for each in due]
        return first

    def ask_emergency_rotation(
        self, purpose: Purpose, why: Why, actor: Actor, *, name: str | None = None
    ) -> JobId:
        """Have the worker rotate at once, whoever has seen the next key by then.

        What the old key signed stays good; to take that away, distrust it. Tokens are
        rotated whole: a key that has nothing to follow it yet goes when the worker has made
        that.

        Raises:
            UnknownPurpose, PurposeLasts, NoActiveKey, ReasonMissing: as they say.
        """
        _rotates(purpose)
        reason_is_stated(why)
        with self.books.work():
            records = self.records()
            whole = _together(purpose, records, {KeyState.ACTIVE})
            active = [in_state(each, records, KeyState.ACTIVE, name) for each in whole]
            first, *_ = [self._hurried(each, why, actor) for each in active]
        return first

    def _due(
        self, purpose: Purpose, records: Records, name: str | None
    ) -> tuple[Purpose, str, datetime]:
        """Return which key is followed by the next one, and from when that may be."""
        active = in_state(purpose, records, KeyState.ACTIVE, name).kid
        following = in_state(purpose, records, KeyState.NEXT, name)
        timing, now = self.timings.of(purpose), self.books.clock()
        may_switch(following, now + PUBLICATION_LEAD, timing)
        readers_believe(following, self.endorsed)
        return purpose, active, max(now, following.made_at + timing.lead)

    def _hurried(self, active: KeyRecord, why: Why, actor: Actor) -> JobId:
        kind, now = ActKind.EMERGENCY_ROTATION, self.books.clock()
        if self.books.acts.find(active.kid, kind) is None:
            act = Act(kid=active.kid, kind=kind, why=why, by=actor.person, at=now)
            self.books.acts.add(act)
        self.books.trail.record(_asked(active.purpose, actor, why))
        return self._queued(active.purpose, active.kid, now, emergency=True)

    def _queued(
        self, purpose: Purpose, active: str, at: datetime, *, emergency: bool = False
    ) -> JobId:
        payload: dict[str, JsonValue] = {"purpose": purpose.value, "active": active}
        key = f"{purpose}:{active}"
        if emergency:
            payload["emergency"], key = True, f"{key}:emergency"
        return self.jobs.enqueue(ROTATE_JOB, payload, run_at=at, key=key)


def _together(
    purpose: Purpose, records: Records, needed: set[KeyState]
) -> tuple[Purpose, ...]:
    """Return what is rotated with a purpose: of tokens, every algorithm that is ready.

    Args:
        purpose: what was asked for; it is always among them.
        records: every key.
        needed: in which states an algorithm has to have keys to be ready.
    """
    ready = {
        each
        for each in shown_with(purpose)
        if needed <= {r.state for r in records if r.purpose is each}
    }
    return tuple(each for each in shown_with(purpose) if each is purpose or each in ready)


def _rotates(purpose: Purpose) -> None:
    try:
        rotates = rule_of(purpose).rotates
    except PurposeUnsupported as cause:
        raise UnknownPurpose(purpose) from cause
    if not rotates:
        raise PurposeLasts(purpose)


def _asked(purpose: Purpose, actor: Actor | None, why: Why | None = None) -> RotationAsked:
    return RotationAsked(
        purpose=purpose.value,
        emergency=why is not None,
        reason=None if why is None else why.reason.value,
        actor=None if actor is None else actor.pseudonym,
    )
