"""Upstream links over SQL."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select

from idp.people import models
from idp.people.domain import UpstreamLink
from kernel.ids import EntityId, PersonId
from kernel.infra.db import Database

_TABLE: Final = models.link


@dataclass(frozen=True, slots=True)
class SqlLinks:
    """`LinkStore` over SQL; the primary key (issuer, subject) lets one writer win."""

    db: Database

    def add(self, link: UpstreamLink) -> None:
        """Keep a link, or raise `AlreadyStored`, a `kernel.errors.Conflict`."""
        self.db.write(
            _TABLE.insert().values(
                issuer=link.issuer,
                subject=link.subject,
                person=link.person,
                linked_at=link.linked_at,
            )
        )

    def find(self, issuer: EntityId, subject: str) -> PersonId | None:
        """Return whose link it is."""
        key = (_TABLE.c.issuer == issuer) & (_TABLE.c.subject == subject)
        row = self.db.read_one(select(_TABLE.c.person).where(key))
        return None if row is None else PersonId(row.person)

    def of(self, person: PersonId) -> tuple[UpstreamLink, ...]:
        """Return somebody's links, oldest first."""
        statement = select(_TABLE).where(_TABLE.c.person == person)
        rows = self.db.read(statement.order_by(_TABLE.c.linked_at))
        return tuple(
            UpstreamLink(
                issuer=EntityId(row.issuer),
                subject=row.subject,
                person=PersonId(row.person),
                linked_at=row.linked_at,
            )
            for row in rows
        )

    def let_go(self, person: PersonId) -> None:
        """Forget somebody's links."""
        self.db.write(delete(_TABLE).where(_TABLE.c.person == person))
