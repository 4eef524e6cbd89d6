"""Legal persons and mandates over SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Row, select, update

from idp.people import models
from idp.people.domain import Mandate, MandateId, MandateRole, Organisation
from idp.people.errors import MandateUnknown, OrganisationKnown, OrganisationUnknown
from kernel.ids import OrganisationId, PersonId
from kernel.infra.db import AlreadyStored, Database
from kernel.web import Page, PageAsked

_TABLE: Final = models.organisation
_MANDATE: Final = models.mandate


@dataclass(frozen=True, slots=True)
class SqlOrganisations:
    """`OrganisationStore` over SQL."""

    db: Database

    def add(self, organisation: Organisation) -> None:
        """Keep one; the unique number lets one writer win."""
        values = {
            "id": organisation.id,
            "name": organisation.name,
            "uscc": organisation.uscc,
        }
        try:
            self.db.write(_TABLE.insert().values(**values))
        except AlreadyStored as cause:
            raise OrganisationKnown(organisation.uscc) from cause

    def find(self, organisation: OrganisationId) -> Organisation:
        """Return one, or raise `OrganisationUnknown`."""
        row = self.db.read_one(select(_TABLE).where(_TABLE.c.id == organisation))
        if row is None:
            raise OrganisationUnknown(str(organisation))
        return _organisation(row)

    def by_uscc(self, uscc: str) -> Organisation | None:
        """Return the one with this number."""
        row = self.db.read_one(select(_TABLE).where(_TABLE.c.uscc == uscc))
        return None if row is None else _organisation(row)

    def page(self, asked: PageAsked) -> Page[Organisation]:
        """Return the organisations after a key."""
        statement = select(_TABLE).order_by(_TABLE.c.id).limit(asked.limit + 1)
        after = asked.after_id()
        if after is not None:
            statement = statement.where(_TABLE.c.id > after)
        found = [_organisation(row) for row in self.db.read(statement)]
        more = len(found) > asked.limit
        shown = tuple(found[: asked.limit])
        return Page(shown, str(shown[-1].id) if more else None)

    def add_mandate(self, mandate: Mandate) -> None:
        """Keep a mandate."""
        self.db.write(
            _MANDATE.insert().values(
                id=mandate.id,
                person=mandate.person,
                organisation=mandate.organisation,
                role=mandate.role.value,
                until=mandate.until,
            )
        )

    def mandates_of(self, person: PersonId) -> tuple[Mandate, ...]:
        """Return somebody's mandates, oldest first."""
        statement = select(_MANDATE).where(_MANDATE.c.person == person)
        rows = self.db.read(statement.order_by(_MANDATE.c.id))
        return tuple(_mandate(row) for row in rows)

    def find_mandate(self, mandate: MandateId) -> Mandate:
        """Return one."""
        row = self.db.read_one(select(_MANDATE).where(_MANDATE.c.id == mandate))
        if row is None:
            raise MandateUnknown(str(mandate))
        return _mandate(row)

    def end_mandate(self, mandate: MandateId, at: datetime) -> None:
        """Let a mandate end at ``at``."""
        one = _MANDATE.c.id == mandate
        if not self.db.write(update(_MANDATE).where(one).values(until=at)):
            raise MandateUnknown(str(mandate))


def _organisation(row: Row[*tuple[object, ...]]) -> Organisation:
    return Organisation(id=OrganisationId(row.id), name=row.name, uscc=row.uscc)


def _mandate(row: Row[*tuple[object, ...]]) -> Mandate:
    return Mandate(
        id=MandateId(row.id),
        person=PersonId(row.person),
        organisation=OrganisationId(row.organisation),
        role=MandateRole(row.role),
        until=row.until,
    )
