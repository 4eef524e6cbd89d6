"""Batches of a user base and their rows over SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Row, func, select, update

from idp.people import models
from idp.people.domain import Batch, BatchState, ImportId, RowKept, RowState
from idp.people.errors import ImportNotOpen, ImportUnknown, RowSettled
from kernel.assurance import Level
from kernel.ids import PersonId
from kernel.infra.db import Database, upsert
from kernel.proof.seal import Place, Sealer

_BATCH: Final = models.import_batch
_ROW: Final = models.import_row
_SHOWN: Final = select(
    _ROW.c.key, _ROW.c.number, _ROW.c.state, _ROW.c.reason, _ROW.c.digest, _ROW.c.person
)


@dataclass(frozen=True, slots=True)
class SqlImports:
    """`ImportStore` over SQL; ``sealer`` is of the purpose ``seal``."""

    db: Database
    sealer: Sealer

    def add(self, batch: Batch) -> None:
        """Keep a new batch."""
        self.db.write(_BATCH.insert().values(id=batch.id, **_values(batch)))

    def find(self, batch: ImportId) -> Batch:
        """Return one."""
        row = self.db.read_one(select(_BATCH).where(_BATCH.c.id == batch))
        if row is None:
            raise ImportUnknown(str(batch))
        return _batch(row)

    def move(self, batch: Batch, source: BatchState) -> None:
        """Replace it; the WHERE clause lets one of two win."""
        mine = (_BATCH.c.id == batch.id) & (_BATCH.c.state == source.value)
        if not self.db.write(update(_BATCH).where(mine).values(**_values(batch))):
            raise ImportNotOpen(source.value)

    def put_row(self, batch: ImportId, row: RowKept, sealed: bytes | None) -> None:
        """Keep a row; what came is sealed here, bound to its batch and key."""
        content = None
        if sealed is not None:
            content = self.sealer.seal(sealed, _place(batch, row.key))
        values = {"batch": batch, "key": row.key, "content": content, **_row_values(row)}
        changed = {name: values[name] for name in ("content", *_row_values(row))}
        entered = upsert(_ROW).values(**values)
        self.db.write(
            entered.on_conflict_do_update(index_elements=["batch", "key"], set_=changed)
        )

    def next_number(self, batch: ImportId) -> int:
        """Return the number after the highest."""
        highest = select(func.max(_ROW.c.number)).where(_ROW.c.batch == batch)
        row = self.db.read_one(highest)
        return 1 + (0 if row is None or row[0] is None else int(row[0]))

    def row(self, batch: ImportId, key: str) -> RowKept | None:
        """Return the row with this key."""
        found = self.db.read_one(_SHOWN.where(_one(batch, key)))
        return None if found is None else _kept(found)

    def content(self, batch: ImportId, key: str) -> bytes:
        """Open what came."""
        found = self.db.read_one(select(_ROW.c.content).where(_one(batch, key)))
        if found is None or found.content is None:
            raise ImportUnknown(key)
        return self.sealer.open(found.content, _place(batch, key))

    def rows(
        self, batch: ImportId, state: RowState | None, after: int, limit: int
    ) -> tuple[RowKept, ...]:
        """Return rows by their numbers."""
        statement = _SHOWN.where((_ROW.c.batch == batch) & (_ROW.c.number > after))
        if state is not None:
            statement = statement.where(_ROW.c.state == state.value)
        found = self.db.read(statement.order_by(_ROW.c.number).limit(limit))
        return tuple(_kept(row) for row in found)

    def settle_row(self, batch: ImportId, row: RowKept, source: RowState) -> None:
        """Put what became of it on record; the WHERE clause lets one of two do so."""
        mine = _one(batch, row.key) & (_ROW.c.state == source.value)
        changed = update(_ROW).where(mine)
        if not self.db.write(changed.values(content=None, **_row_values(row))):
            raise RowSettled(source.value)

    def set_row(self, batch: ImportId, row: RowKept) -> None:
        """Put what became of it on record; what came is gone."""
        changed = update(_ROW).where(_one(batch, row.key))
        self.db.write(changed.values(content=None, **_row_values(row)))

    def counts(self, batch: ImportId) -> Mapping[RowState, int]:
        """Count rows by state."""
        counted = select(_ROW.c.state, func.count()).where(_ROW.c.batch == batch)
        found = self.db.read(counted.group_by(_ROW.c.state))
        return {RowState(row[0]): int(row[1]) for row in found}


def _one(batch: ImportId, key: str) -> ColumnElement[bool]:
    return (_ROW.c.batch == batch) & (_ROW.c.key == key)


def _place(batch: ImportId, key: str) -> Place:
    return Place("idp.people", "import", f"{batch}:{key}")


def _values(batch: Batch) -> dict[str, object]:
    return {
        "source": batch.source,
        "basis": batch.basis,
        "proofing": batch.proofing,
        "ceiling": batch.ceiling.value,
        "state": batch.state.value,
        "opened_by": batch.opened_by,
        "opened_at": batch.opened_at,
        "committed_by": batch.committed_by,
        "reason": batch.reason,
    }


def _row_values(row: RowKept) -> dict[str, object]:
    return {
        "number": row.number,
        "state": row.state.value,
        "reason": row.reason,
        "digest": row.digest,
        "person": row.person,
    }


def _batch(row: Row[*tuple[object, ...]]) -> Batch:
    return Batch(
        id=ImportId(row.id),
        source=row.source,
        basis=row.basis,
        proofing=row.proofing,
        ceiling=Level(row.ceiling),
        state=BatchState(row.state),
        opened_by=PersonId(row.opened_by),
        opened_at=row.opened_at,
        committed_by=None if row.committed_by is None else PersonId(row.committed_by),
        reason=row.reason,
    )


def _kept(row: Row[*tuple[object, ...]]) -> RowKept:
    return RowKept(
        key=row.key,
        number=row.number,
        state=RowState(row.state),
        digest=row.digest,
        reason=row.reason,
        person=None if row.person is None else PersonId(row.person),
    )
