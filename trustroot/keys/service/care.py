"""The care that is taken of the keys: making, rotating, destroying."""

from dataclasses import dataclass, replace
from typing import Final

from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import JobId, Pseudonym
from kernel.work import JobQueue, UnitOfWork
from trustroot.keys.domain import (
    RULES,
    KeyRecord,
    KeyState,
    Purpose,
    Rotation,
    in_state,
    is_spent,
    rotation,
)
from trustroot.keys.errors import KeysExist, PurposeLasts, UnknownPurpose
from trustroot.keys.events import KeyDestroyed, KeyRotated, KeysCreated, RotationAsked
from trustroot.keys.ports import KeyStore, Vault

ROTATE_JOB: Final = "keys.rotate"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCare:
    """Makes, rotates and destroys keys: the worker's part, for it opens every file."""

    store: KeyStore
    vault: Vault
    work: UnitOfWork
    trail: AuditTrail
    clock: Clock

    def create_installation_keys(self) -> None:
        """Make an active and a next key for every purpose.

        Raises:
            KeysExist: there are keys already.
        """
        self.vault.prepare()
        with self.work():
            self.store.one_at_a_time()
            if self.store.records():
                raise KeysExist
            pair = (KeyState.ACTIVE, KeyState.NEXT)
            fresh = [
                self._fresh(p, s) for p, r in RULES.items() for s in pair[: 1 + r.rotates]
            ]
            self.store.put(*fresh)
            active = {r.purpose.value: r.kid for r in fresh if r.state is KeyState.ACTIVE}
            self.trail.record(KeysCreated(kids=active))

    def rotate(self, purpose: Purpose, active: str) -> None:
        """Make the next key active, if ``active`` still is the active one.

        A job may run twice; the second time finds another key active and does nothing.

        Raises:
            NextKeyTooFresh: try again in some seconds.
            PurposeLasts, NoActiveKey: as they say.
        """
        with self.work():
            self.store.one_at_a_time()
            records = self.store.records()
            if in_state(purpose, records, KeyState.ACTIVE).kid != active:
                return
            step = rotation(purpose, records, self.clock())
            fresh = self._fresh(purpose, KeyState.NEXT)
            self.trail.record(_rotated(step))
            # Last, so that nothing looks at the keys between this and the commit.
            self.store.put(step.activated, step.retired, fresh)

    def destroy_spent(self) -> None:
        """Destroy retired signing keys that have outlived what they signed.

        The record goes first: a crash leaves a key behind that nobody publishes or uses.
        """
        for record in self.store.records():
            if is_spent(record, self.clock()):
                self._destroy(record)

    def _destroy(self, record: KeyRecord) -> None:
        gone = replace(record, state=KeyState.DESTROYED, changed_at=self.clock())
        with self.work():
            self.store.put(gone)
            self.trail.record(KeyDestroyed(purpose=record.purpose.value, kid=record.kid))
        self.vault.forget(record.purpose, record.kid)

    def _fresh(self, purpose: Purpose, state: KeyState) -> KeyRecord:
        created, now = self.vault.create(purpose), self.clock()
        return KeyRecord(
            kid=created.kid,
            purpose=purpose,
            algorithm=created.algorithm,
            state=state,
            public=created.public,
            made_at=now,
            changed_at=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDesk:
    """What operators see of the keys, and the rotation they ask for."""

    store: KeyStore
    jobs: JobQueue
    work: UnitOfWork
    trail: AuditTrail

    def records(self) -> tuple[KeyRecord, ...]:
        """Return every key that is not destroyed, oldest first."""
        return self.store.records()

    def ask_rotation(self, purpose: Purpose, actor: Pseudonym | None) -> JobId:
        """Have the worker rotate a purpose; asked twice, it rotates once.

        Raises:
            UnknownPurpose, PurposeLasts, NoActiveKey: as they say.
        """
        if purpose not in RULES:
            raise UnknownPurpose(purpose)
        if not RULES[purpose].rotates:
            raise PurposeLasts(purpose)
        with self.work():
            active = in_state(purpose, self.store.records(), KeyState.ACTIVE).kid
            self.trail.record(RotationAsked(purpose=purpose.value, actor=actor))
            return self.jobs.enqueue(
                ROTATE_JOB,
                {"purpose": purpose.value, "active": active},
                run_at=None,
                key=f"{purpose}:{active}",
            )


def _rotated(step: Rotation) -> KeyRotated:
    return KeyRotated(
        purpose=step.activated.purpose.value,
        active=step.activated.kid,
        retired=step.retired.kid,
    )
