"""Numbered events, over SQL."""

from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Row, func, insert, select

from kernel.ids import EntityId
from kernel.infra.db import Database
from trustroot.publish.domain import Happened, Happening, Numbered
from trustroot.publish.models import EVENTS

_E: Final = EVENTS.c
_LAST: Final = select(func.coalesce(func.max(_E.number), 0))
_LOCK: Final = "publish.event"
_DESCRIPTION_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class SqlEvents:
    """Implements `trustroot.publish.ports.EventStore`."""

    database: Database

    def add(self, event: Happened) -> int:
        """Keep an event and return its number; inside a unit of work."""
        self.database.one_at_a_time(_LOCK)
        number = self.last() + 1
        values = {field.name: getattr(event, field.name) for field in fields(event)}
        values.update(
            number=number,
            happening=event.happening.value,
            description=event.description[:_DESCRIPTION_LENGTH],
        )
        self.database.write(insert(EVENTS).values(values))
        return number

    def last(self) -> int:
        """Return the last number; 0 before the first."""
        return int(self.database.read(_LAST)[0][0])

    def since(self, number: int, *, limit: int) -> tuple[Numbered, ...]:
        """Return what follows a number, in order."""
        later = select(EVENTS).where(_E.number > number)
        rows = self.database.read(later.order_by(_E.number).limit(limit))
        return tuple(map(_numbered, rows))

    def about(self, subject: EntityId) -> tuple[Numbered, ...]:
        """Return what happened to an entity, oldest first."""
        ours = select(EVENTS).where(_E.subject == subject)
        return tuple(map(_numbered, self.database.read(ours.order_by(_E.number))))

    def version_of(self, subject: EntityId) -> int:
        """Return up to which version of a member events were written; 0: none."""
        asked = select(func.coalesce(func.max(_E.version), 0))
        return int(self.database.read(asked.where(_E.subject == subject))[0][0])


def _numbered(row: Row[*tuple[Any, ...]]) -> Numbered:
    event = Happened(
        happening=Happening(row.happening),
        at=row.at,
        subject=None if row.subject is None else EntityId(row.subject),
        kid=row.kid,
        mark_type=row.mark_type,
        description=row.description,
        version=row.version,
    )
    return Numbered(number=row.number, event=event)
