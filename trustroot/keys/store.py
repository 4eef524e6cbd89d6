"""The public part of the keys, over SQL."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, select

from kernel.infra.db import Database, upsert
from trustroot.keys.domain import Algorithm, KeyRecord, KeyState, Purpose
from trustroot.keys.models import GENERATION, KEYS

_ONLY_ROW: Final = 1
_LOCK: Final = "trustroot.keys"


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
        held = KEYS.c.state != KeyState.DESTROYED.value
        order = (KEYS.c.made_at, KEYS.c.kid)
        rows = self.database.read(select(KEYS).where(held).order_by(*order))
        return tuple(_record(row) for row in rows)

    def put(self, *records: KeyRecord) -> None:
        """Add or change records, and count the generation up."""
        with self.database.unit_of_work()():
            for record in records:
                self._put(record)
            self._count_up()

    def one_at_a_time(self) -> None:
        """Keep every other change of keys out until the unit of work ends."""
        self.database.one_at_a_time(_LOCK)

    def _put(self, record: KeyRecord) -> None:
        values = _values(record)
        moving = {name: values[name] for name in ("state", "changed_at")}
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


def _values(record: KeyRecord) -> dict[str, object]:
    return {
        "kid": record.kid,
        "purpose": record.purpose.value,
        "algorithm": record.algorithm.value,
        "state": record.state.value,
        "public": None if record.public is None else dict(record.public),
        "made_at": record.made_at,
        "changed_at": record.changed_at,
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
    )
