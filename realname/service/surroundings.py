"""What every use case here stands on."""

from dataclasses import dataclass
from datetime import date

from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import NewIds, PersonId, Pseudonym
from kernel.standing import Standing
from kernel.work import UnitOfWork
from realname.ports import PersonNames


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts at a window: the person, and their name in events."""

    person: PersonId
    pseudonym: Pseudonym | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The unit of work and the trail, time and fresh ids, standing, names in events."""

    work: UnitOfWork
    trail: AuditTrail
    clock: Clock
    ids: NewIds
    standing: Standing
    names: PersonNames

    def today(self) -> date:
        """Return the date, in UTC."""
        return self.clock().date()
