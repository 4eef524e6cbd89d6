"""Roles and pseudonyms of people in memory, at most one second old."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from idp.people.errors import PersonUnknown
from idp.people.service import People
from kernel.clock import Clock, is_young
from kernel.ids import PersonId, Pseudonym
from kernel.remembered import Remembered
from kernel.web import Role

Known = tuple[datetime, frozenset[Role], Pseudonym]


@dataclass(frozen=True, slots=True)
class RecentPeople:
    """A `PersonLookup` over `People`, asked at most once a second for each person."""

    people: People
    clock: Clock
    kept: Remembered[PersonId, Known] = field(default_factory=Remembered)

    LIFETIME: ClassVar[timedelta] = timedelta(seconds=1)

    def roles(self, person: PersonId) -> frozenset[Role]:
        """Return the roles, none for somebody unknown."""
        return self._known(person)[1]

    def pseudonym(self, person: PersonId) -> Pseudonym:
        """Return the person's name in events."""
        return self._known(person)[2]

    def _known(self, person: PersonId) -> Known:
        now, kept = self.clock(), self.kept.get(person)
        if kept is not None and is_young(kept[0], now, self.LIFETIME):
            return kept
        fresh = (now, self._roles(person), self.people.pseudonym(person))
        self.kept[person] = fresh
        return fresh

    def _roles(self, person: PersonId) -> frozenset[Role]:
        try:
            return self.people.find(person).roles
        except PersonUnknown:
            return frozenset()
