"""What a process remembers of people: for a second, and of few."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from idp.oidc.adapters.recent_people import RecentPeople
from idp.people.errors import PersonUnknown
from kernel.clock import SetClock
from kernel.ids import PersonId, Pseudonym

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
SOMEBODY = PersonId(UUID(int=1))


@dataclass
class Counting:
    """A `People` that knows pseudonyms alone, and counts how often it is asked."""

    asked: list[PersonId] = field(default_factory=list)

    def pseudonym(self, person: PersonId) -> Pseudonym:
        self.asked.append(person)
        return Pseudonym(person.hex)

    def find(self, person: PersonId) -> None:
        raise PersonUnknown(str(person))


def recent() -> tuple[RecentPeople, Counting, SetClock]:
    people, clock = Counting(), SetClock(NOW)
    return RecentPeople(people, clock), people, clock  # type: ignore[arg-type]  # two calls


@pytest.mark.parametrize(
    ("later", "asked"),
    [(timedelta(milliseconds=999), 1), (RecentPeople.LIFETIME, 2), (timedelta(-1), 2)],
)
def test_somebody_is_looked_up_once_a_second_by_whatever_clock(
    later: timedelta, asked: int
) -> None:
    known, people, clock = recent()
    known.pseudonym(SOMEBODY)
    clock.advance(later)
    assert known.pseudonym(SOMEBODY) == SOMEBODY.hex
    assert known.roles(SOMEBODY) == frozenset()
    assert len(people.asked) == asked


def test_a_process_that_meets_everybody_remembers_few() -> None:
    known, people, _ = recent()
    everybody = [PersonId(UUID(int=n)) for n in range(25_000)]
    for person in everybody:
        assert known.pseudonym(person) == person.hex
    assert people.asked == everybody
    assert len(known.kept) <= 10_000
