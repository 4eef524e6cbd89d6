"""Signed statements, over SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, exists, insert, select

from kernel.ids import EntityId
from kernel.infra.db import Database, upsert
from trustroot.publish.domain import (
    Filter,
    MarkStatus,
    PageFilter,
    Statement,
    StatementKind,
)
from trustroot.publish.models import ENTITY_TYPES, MARKS, STATEMENTS
from trustroot.publish.store import generation

Where = ColumnElement[bool]
_S: Final = STATEMENTS.c
_M: Final = MARKS.c
_LISTED: Final = (StatementKind.OWN.value, StatementKind.MEMBER.value)


@dataclass(frozen=True, slots=True)
class SqlStatements:
    """Implements `trustroot.publish.ports.StatementStore` and ``Subordinates``."""

    database: Database

    def put(self, statement: Statement) -> None:
        """Keep a statement in place of the one about the same subject."""
        values = _values(statement)
        inserted = upsert(STATEMENTS).values(values)
        newer = {name: value for name, value in values.items() if name != "subject"}
        with self.database.unit_of_work()():
            self.database.write(
                inserted.on_conflict_do_update(index_elements=["subject"], set_=newer)
            )
            self._put_types(statement)
            generation.count_up(self.database)

    def remove(self, subject: EntityId) -> None:
        """Take away the statement about a subject; none there is no error."""
        with self.database.unit_of_work()():
            self.database.write(delete(STATEMENTS).where(_S.subject == subject))
            self._forget_types(subject)
            generation.count_up(self.database)

    def find(self, subject: EntityId) -> Statement | None:
        """Return the statement about a subject, if there is one."""
        asked = select(STATEMENTS).where(_S.subject == subject)
        row = self.database.read_one(asked)
        return None if row is None else _statement(row)

    def all(self) -> tuple[Statement, ...]:
        """Return every statement, in the order of their subjects."""
        rows = self.database.read(select(STATEMENTS))
        return tuple(sorted(map(_statement, rows), key=lambda held: held.subject))

    def due(self, before: datetime, *, limit: int) -> tuple[Statement, ...]:
        """Return statements that end before an instant, the first to end first."""
        ending = select(STATEMENTS).where(_S.expires_at <= before)
        rows = self.database.read(ending.order_by(_S.expires_at, _S.subject).limit(limit))
        return tuple(map(_statement, rows))

    def generation(self) -> int:
        """Return the number of the last change; 0 before the first."""
        return generation.current(self.database)

    def fitting(self, asked: Filter, now: datetime) -> tuple[EntityId, ...]:
        """Return the subjects that fit, in the order of their identifiers."""
        rows = self.database.read(select(_S.subject).where(*_rules(asked, now)))
        return tuple(sorted(EntityId(row[0]) for row in rows))

    def page(self, asked: PageFilter, now: datetime) -> tuple[Statement, ...]:
        """Return at most ``limit`` of those that fit, from ``start`` on."""
        rules = [*_rules(asked.what, now), *_span(asked)]
        if asked.start is not None:
            rules.append(_S.subject >= asked.start)
        fitting = select(STATEMENTS).where(*rules)
        rows = self.database.read(fitting.order_by(_S.subject).limit(asked.limit))
        return tuple(map(_statement, rows))

    def _put_types(self, statement: Statement) -> None:
        self._forget_types(statement.subject)
        rows = [
            {"subject": statement.subject, "entity_type": kind}
            for kind in sorted(statement.entity_types)
        ]
        if rows:
            self.database.write(insert(ENTITY_TYPES), rows)

    def _forget_types(self, subject: EntityId) -> None:
        self.database.write(delete(ENTITY_TYPES).where(ENTITY_TYPES.c.subject == subject))


def _rules(asked: Filter, now: datetime) -> Iterator[Where]:
    """OpenID Federation 1.0 §8.2.1: everything named must hold."""
    yield _S.kind.in_(_LISTED)
    if asked.intermediate is not None:
        yield _S.is_intermediate.is_(asked.intermediate)
    for kind in sorted(asked.entity_types):
        yield exists().where(
            ENTITY_TYPES.c.subject == _S.subject, ENTITY_TYPES.c.entity_type == kind
        )
    if asked.trust_marked:
        yield exists().where(*_marked(now))
    for mark_type in sorted(asked.mark_types):
        yield exists().where(*_marked(now), _M.mark_type == mark_type)


def _marked(now: datetime) -> tuple[Where, ...]:
    return (
        _M.subject == _S.subject,
        _M.status == MarkStatus.ACTIVE.value,
        _M.expires_at > now,
    )


def _span(asked: PageFilter) -> Iterator[Where]:
    """Extended Subordinate Listing 1.0 §3.1: at or after, at or before."""
    if asked.updated_after is not None:
        yield _S.updated_at >= asked.updated_after
    if asked.updated_before is not None:
        yield _S.updated_at <= asked.updated_before


def _values(statement: Statement) -> dict[str, object]:
    return {
        "subject": statement.subject,
        "kind": statement.kind.value,
        "token": statement.token,
        "fingerprint": statement.fingerprint,
        "issued_at": statement.issued_at,
        "expires_at": statement.expires_at,
        "entity_types": sorted(statement.entity_types),
        "is_intermediate": statement.is_intermediate,
        "registered_at": statement.registered_at,
        "updated_at": statement.updated_at,
    }


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
        registered_at=row.registered_at,
        updated_at=row.updated_at,
    )
