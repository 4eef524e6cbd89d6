"""The care that is taken of the keys: making, rotating, destroying."""

import logging
from dataclasses import dataclass, field, replace
from typing import Final

from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.work import UnitOfWork
from trustroot.keys.checks.endorsed import readers_believe
from trustroot.keys.domain import (
    EVERYWHERE,
    KEY_SET_KEPT,
    KeyRecord,
    KeyState,
    Purpose,
    Rotation,
    Timings,
    Wanted,
    in_state,
    is_spent,
    rotation,
    rule_of,
    wanted,
    wanted_of,
)
from trustroot.keys.errors import KeysExist, NextKeyNotEndorsed, NextKeyTooFresh
from trustroot.keys.events import KeyDestroyed, KeyRotated, KeysCreated
from trustroot.keys.ports import EndorsedKeys, KeyStore, Vault

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCare:
    """Makes, rotates and destroys keys: the worker's part, for it opens every file."""

    store: KeyStore
    vault: Vault
    work: UnitOfWork
    trail: AuditTrail
    clock: Clock
    timings: Timings = field(default_factory=Timings)
    endorsed: EndorsedKeys | None = None
    purposes: tuple[Purpose, ...] = EVERYWHERE

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
            self._make(tuple(wanted(())))

    def complete(self) -> None:
        """Make what is missing: keys of a new purpose, a next key after a distrust.

        Of what is slow to make one run makes one, for nobody to wait on. A run that finds
        nothing to do reads one table. The first keys are never made here: an installation
        without any has lost them or was never set up.
        """
        missing = self._missing()
        slow = tuple(each for each in missing if rule_of(each.purpose).is_slow)
        if len(slow) < len(missing):
            with self.work():
                self.store.one_at_a_time()
                self._make(tuple(each for each in self._missing() if each not in slow))
        if slow:
            self._make_apart(slow[0])

    def create_named(self, purpose: Purpose, name: str) -> None:
        """Make what one name lacks: an active and a next key."""
        with self.work():
            self.store.one_at_a_time()
            missing = tuple(wanted_of(purpose, name, self.store.records()))
            if missing:
                self._make(missing)

    def rotate(self, purpose: Purpose, active: str, *, emergency: bool = False) -> None:
        """Make the next key active, if ``active`` still is the active one.

        A job may run twice; the second time finds another key active and does nothing.

        Raises:
            NextKeyTooFresh, NextKeyNotEndorsed: others may not know it yet, or may not
                believe it, and it is no emergency.
            PurposeLasts, NoActiveKey: as they say.
        """
        with self.work():
            self.store.one_at_a_time()
            records, name = self.store.records(), self._name_of(active)
            if in_state(purpose, records, KeyState.ACTIVE, name).kid != active:
                return
            step = rotation(
                purpose,
                records,
                self.clock(),
                self.timings.of(purpose),
                name=name,
                emergency=emergency,
            )
            if not emergency:
                readers_believe(step.activated, self.endorsed)
            fresh = self._following(Wanted(purpose, KeyState.NEXT, name))
            self.trail.record(_rotated(step))
            # Last, so that nothing looks at the keys between this and the commit.
            self.store.put(step.activated, step.retired, *fresh)

    def rotate_due(self) -> None:
        """Rotate what has signed for a whole period; what nobody may believe yet waits."""
        for record in self.store.records():
            if self._is_due(record):
                try:
                    self.rotate(record.purpose, record.kid)
                except (NextKeyTooFresh, NextKeyNotEndorsed) as cause:
                    said = {"purpose": record.purpose.value, "reason": cause.code}
                    _log.warning("rotation_waits", extra=said)

    def destroy_spent(self) -> None:
        """Destroy signing keys that have outlived what they signed.

        The record goes first: a crash leaves a key behind that nobody publishes or uses.
        """
        for record in self.store.records():
            if is_spent(record, self.clock(), self.timings.of(record.purpose)):
                self._destroy(record)

    def _is_due(self, record: KeyRecord) -> bool:
        period = self.timings.of(record.purpose).period
        if period is None or record.state is not KeyState.ACTIVE:
            return False
        return self.clock() - (record.activated_at or record.changed_at) >= period

    def _name_of(self, kid: str) -> str | None:
        record = self.store.find(kid)
        return None if record is None else record.name

    def _destroy(self, record: KeyRecord) -> None:
        gone = replace(record, state=KeyState.DESTROYED, changed_at=self.clock())
        with self.work():
            self.store.put(gone)
            self.trail.record(KeyDestroyed(purpose=record.purpose.value, kid=record.kid))
        self.vault.forget(record.purpose, record.kid)

    def _missing(self) -> tuple[Wanted, ...]:
        """What signs is made before what follows it; nothing where no key ever was."""
        records = self.store.records()
        missing = wanted(records, self.purposes) if records else ()
        due = (each for each in missing if self._is_time(each, records))
        return tuple(sorted(due, key=lambda each: each.state is KeyState.NEXT))

    def _is_time(self, missing: Wanted, records: tuple[KeyRecord, ...]) -> bool:
        """What is slow to make and only follows waits: an installation's start is busy."""
        if missing.state is KeyState.ACTIVE or not rule_of(missing.purpose).is_slow:
            return True
        held = (r for r in records if r.purpose is missing.purpose)
        began = [r.changed_at for r in held if r.state is KeyState.ACTIVE]
        return all(self.clock() - at >= KEY_SET_KEPT for at in began)

    def _following(self, missing: Wanted) -> tuple[KeyRecord, ...]:
        """Return the key that comes after; what is slow to make is left to `complete`."""
        return () if rule_of(missing.purpose).is_slow else (self._fresh(missing),)

    def _make_apart(self, missing: Wanted) -> None:
        """Make a key before the unit of work begins: others write in the meantime."""
        fresh = self._fresh(missing)
        with self.work():
            self.store.one_at_a_time()
            if missing in self._missing():
                self._keep([fresh])
                return
        self.vault.forget(fresh.purpose, fresh.kid)

    def _make(self, missing: tuple[Wanted, ...]) -> None:
        if missing:
            self._keep([self._fresh(each) for each in missing])

    def _keep(self, fresh: list[KeyRecord]) -> None:
        active = [record for record in fresh if record.state is KeyState.ACTIVE]
        if active:
            kids = {record.purpose.value: record.kid for record in active}
            self.trail.record(KeysCreated(kids=kids))
        self.store.put(*fresh)

    def _fresh(self, missing: Wanted) -> KeyRecord:
        created, now = self.vault.create(missing.purpose), self.clock()
        return KeyRecord(
            kid=created.kid,
            purpose=missing.purpose,
            algorithm=created.algorithm,
            state=missing.state,
            public=created.public,
            made_at=now,
            changed_at=now,
            name=missing.name,
            activated_at=now if missing.state is KeyState.ACTIVE else None,
        )


def _rotated(step: Rotation) -> KeyRotated:
    return KeyRotated(
        purpose=step.activated.purpose.value,
        active=step.activated.kid,
        retired=step.retired.kid,
    )
