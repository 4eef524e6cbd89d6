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
)
from trustroot.keys.errors import PurposeLasts, PurposeUnsupported, UnknownPurpose
from trustroot.keys.events import RotationAsked
from trustroot.keys.ports import EndorsedKeys
from trustroot.keys.service.books import Books

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

        Raises:
            UnknownPurpose, PurposeLasts, NoActiveKey: as they say.
            NextKeyTooFresh: the next key must stand announced for longer. Some seconds
                are no reason to refuse: the worker waits for them.
            NextKeyNotEndorsed: the offline root has to endorse it first.
        """
        _rotates(purpose)
        with self.books.work():
            records, now = self.records(), self.books.clock()
            active = in_state(purpose, records, KeyState.ACTIVE, name).kid
            following = in_state(purpose, records, KeyState.NEXT, name)
            timing = self.timings.of(purpose)
            may_switch(following, now + PUBLICATION_LEAD, timing)
            readers_believe(following, self.endorsed)
            self.books.trail.record(_asked(purpose, actor))
            at = max(now, following.made_at + timing.lead)
            return self._queued(purpose, active, at)

    def ask_emergency_rotation(
        self, purpose: Purpose, why: Why, actor: Actor, *, name: str | None = None
    ) -> JobId:
        """Have the worker rotate at once, whoever has seen the next key by then.

        What the old key signed stays good; to take that away, distrust it.

        Raises:
            UnknownPurpose, PurposeLasts, NoActiveKey, ReasonMissing: as they say.
        """
        _rotates(purpose)
        reason_is_stated(why)
        with self.books.work():
            active = in_state(purpose, self.records(), KeyState.ACTIVE, name).kid
            kind, now = ActKind.EMERGENCY_ROTATION, self.books.clock()
            if self.books.acts.find(active, kind) is None:
                act = Act(kid=active, kind=kind, why=why, by=actor.person, at=now)
                self.books.acts.add(act)
            self.books.trail.record(_asked(purpose, actor, why))
            return self._queued(purpose, active, now, emergency=True)

    def _queued(
        self, purpose: Purpose, active: str, at: datetime, *, emergency: bool = False
    ) -> JobId:
        payload: dict[str, JsonValue] = {"purpose": purpose.value, "active": active}
        key = f"{purpose}:{active}"
        if emergency:
            payload["emergency"], key = True, f"{key}:emergency"
        return self.jobs.enqueue(ROTATE_JOB, payload, run_at=at, key=key)


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
