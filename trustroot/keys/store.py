"""The public part of the keys, and what people decided about them, over SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, insert, select, update

from kernel.approval import ProposalDecided
from kernel.ids import PersonId
from kernel.infra.db import Database, upsert
from trustroot.keys.domain import (
    Act,
    ActKind,
    Algorithm,
    KeyRecord,
    KeyState,
    Purpose,
    Reason,
    Why,
)
from trustroot.keys.models import ACTS, GENERATION, KEYS

_ONLY_ROW: Final = 1
_LOCK: Final = "trustroot.keys"
_MOVING: Final = (
    "state",
    "changed_at",
    "activated_at",
    "retired_at",
    "revoked_at",
    "reason",
)


@dataclass(frozen=True, slots=True)
class SqlKeyStore:
    """Implements `trustroot.keys.ports.KeyStore`."""

    database: Database

    def generation(self) -> int:
        """Return the number of the last change; 0 before the first."""
        row = self.database.read_one(select(GENERATION.c.number))
        return 0 if row is None else int(row[0])

    def records(self) -> tuple[KeyRecord, ...]:
        """Return every key that is not destroyed, oldest first."""
        return self._where(KEYS.c.state != KeyState.DESTROYED.value)

    def ever(self, purpose: Purpose) -> tuple[KeyRecord, ...]:
        """Return every key of a purpose there ever was, oldest first."""
        return self._where(KEYS.c.purpose == purpose.value)

    def find(self, kid: str) -> KeyRecord | None:
        """Return one key by name, destroyed or not."""
        found = self._where(KEYS.c.kid == kid)
        return found[0] if found else None

    def put(self, *records: KeyRecord) -> None:
        """Add or change records, and count the generation up."""
        with self.database.unit_of_work()():
            for record in records:
                self._put(record)
            self._count_up()

    def one_at_a_time(self) -> None:
        """Keep every other change of keys out until the unit of work ends."""
        self.database.one_at_a_time(_LOCK)

    def _where(self, held: ColumnElement[bool]) -> tuple[KeyRecord, ...]:
        order = (KEYS.c.made_at, KEYS.c.kid)
        rows = self.database.read(select(KEYS).where(held).order_by(*order))
        return tuple(_record(row) for row in rows)

    def _put(self, record: KeyRecord) -> None:
        values = _values(record)
        moving = {name: values[name] for name in _MOVING}
        statement = upsert(KEYS).values(values)
        self.database.write(
            statement.on_conflict_do_update(index_elements=["kid"], set_=moving)
        )

    def _count_up(self) -> None:
        statement = upsert(GENERATION).values(id=_ONLY_ROW, number=1)
        counted = {"number": GENERATION.c.number + 1}
        self.database.write(
            statement.on_conflict_do_update(index_elements=["id"], set_=counted)
        )


@dataclass(frozen=True, slots=True)
class SqlActs:
    """Implements `trustroot.keys.ports.ActStore`."""

    database: Database

    def add(self, act: Act) -> None:
        """Keep a fresh act."""
        self.database.write(
            insert(ACTS).values(
                kid=act.kid,
                kind=act.kind.value,
                reason=act.why.reason.value,
                note=act.why.note,
                by=act.by,
                at=act.at,
                alarmed=False,
            )
        )

    def find(self, kid: str, kind: ActKind) -> Act | None:
        """Return what was done about a key, if it was."""
        row = self.database.read_one(select(ACTS).where(_is(kid, kind)))
        return None if row is None else _act(row)

    def confirm(self, act: Act, second: PersonId, at: datetime) -> None:
        """Note the second person, or raise `kernel.approval.ProposalDecided`."""
        waiting = update(ACTS).where(_is(act.kid, act.kind), ACTS.c.second.is_(None))
        if self.database.write(waiting.values(second=second, confirmed_at=at)) == 0:
            raise ProposalDecided(act.kid)

    def unconfirmed(self, before: datetime) -> tuple[Act, ...]:
        """Return the distrusts done before, that nobody confirmed, without an alarm yet."""
        rows = self.database.read(
            select(ACTS)
            .where(ACTS.c.kind == ActKind.DISTRUST.value, ACTS.c.second.is_(None))
            .where(ACTS.c.at < before, ACTS.c.alarmed.is_(False))
            .order_by(ACTS.c.at)
        )
        return tuple(_act(row) for row in rows)

    def note_alarm(self, act: Act) -> None:
        """Note that the alarm was raised."""
        self.database.write(update(ACTS).where(_is(act.kid, act.kind)).values(alarmed=True))


def _is(kid: str, kind: ActKind) -> ColumnElement[bool]:
    return (ACTS.c.kid == kid) & (ACTS.c.kind == kind.value)


def _act(row: Row[*tuple[Any, ...]]) -> Act:
    return Act(
        kid=row.kid,
        kind=ActKind(row.kind),
        why=Why(Reason(row.reason), row.note),
        by=PersonId(row.by),
        at=row.at,
        second=None if row.second is None else PersonId(row.second),
        confirmed_at=row.confirmed_at,
        alarmed=row.alarmed,
    )


def _values(record: KeyRecord) -> dict[str, object]:
    return {
        "kid": record.kid,
        "purpose": record.purpose.value,
        "algorithm": record.algorithm.value,
        "state": record.state.value,
        "public": None if record.public is None else dict(record.public),
        "made_at": record.made_at,
        "changed_at": record.changed_at,
        "name": record.name,
        "activated_at": record.activated_at,
        "retired_at": record.retired_at,
        "revoked_at": record.revoked_at,
        "reason": None if record.reason is None else record.reason.value,
    }


def _record(row: Row[*tuple[Any, ...]]) -> KeyRecord:
    return KeyRecord(
        kid=row.kid,
        purpose=Purpose(row.purpose),
        algorithm=Algorithm(row.algorithm),
        state=KeyState(row.state),
        public=row.public,
        made_at=row.made_at,
        changed_at=row.changed_at,
        name=row.name,
        activated_at=row.activated_at,
        retired_at=row.retired_at,
        revoked_at=row.revoked_at,
        reason=None if row.reason is None else Reason(row.reason),
    )
