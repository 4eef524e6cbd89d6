"""Signed statements, over SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select

from kernel.ids import EntityId
from kernel.infra.db import Database, upsert
from trustroot.publish.domain import Statement, StatementKind
from trustroot.publish.models import STATEMENTS


@dataclass(frozen=True, slots=True)
class SqlStatements:
    """Implements `trustroot.publish.ports.StatementStore`."""

    database: Database

    def put(self, statement: Statement) -> None:
        """Keep a statement in place of the one about the same subject."""
        values: dict[str, object] = {
            "subject": statement.subject,
            "kind": statement.kind.value,
            "token": statement.token,
            "fingerprint": statement.fingerprint,
            "issued_at": statement.issued_at,
            "expires_at": statement.expires_at,
            "entity_types": sorted(statement.entity_types),
            "is_intermediate": statement.is_intermediate,
        }
        inserted = upsert(STATEMENTS).values(values)
        newer = {name: value for name, value in values.items() if name != "subject"}
        self.database.write(
            inserted.on_conflict_do_update(index_elements=["subject"], set_=newer)
        )

    def remove(self, subject: EntityId) -> None:
        """Take away the statement about a subject; none there is no error."""
        self.database.write(delete(STATEMENTS).where(STATEMENTS.c.subject == subject))

    def find(self, subject: EntityId) -> Statement | None:
        """Return the statement about a subject, if there is one."""
        asked = select(STATEMENTS).where(STATEMENTS.c.subject == subject)
        row = self.database.read_one(asked)
        return None if row is None else _statement(row)

    def all(self) -> tuple[Statement, ...]:
        """Return every statement, in the order of their subjects."""
        rows = self.database.read(select(STATEMENTS))
        return tuple(sorted(map(_statement, rows), key=lambda held: held.subject))


def _statement(row: Row[*tuple[Any, ...]]) -> Statement:
    return Statement(
        subject=EntityId(row.subject),
        kind=StatementKind(row.kind),
        token=row.token,
        fingerprint=row.fingerprint,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        entity_types=frozenset(row.entity_types),
        is_intermediate=row.is_intermediate,
    )
