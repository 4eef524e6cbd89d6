"""Events told whole: a walk through the house, and all that its last event says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar, get_type_hints

from idp.oidc.domain.grants import Grant
from idp.oidc.store import SqlGrants
from idp.people.domain import Person
from kernel.events import Event, Levels
from kernel.ids import GrantId, Pseudonym
from kernel.secret import Secret
from tests.unit.idp.oidc.house import House, a_portal

H = TypeVar("H", bound=House)


@dataclass(frozen=True)
class Walk(Generic[H]):
    """A way through a house; it returns the event that must be the last of its type."""

    house: type[H]
    way: Callable[[H], Event]

    @property
    def name(self) -> str:
        """What happens on the way."""
        return self.way.__name__

    @property
    def clause(self) -> str:
        """What its docstring opens with."""
        return (self.way.__doc__ or "").partition(":")[0]

    @property
    def event(self) -> type[Event]:
        """Which event it ends with."""
        told: type[Event] = get_type_hints(self.way)["return"]
        return told

    def taken(self, url: str) -> tuple[Event, Event]:
        """Walk it in a house of its own; return what was recorded, and what must be."""
        built = self.house(url)
        try:
            built.register(a_portal())
            expected = self.way(built)
            return built.around.trail.of(type(expected))[-1], expected
        finally:
            built.db.close()


def walks(house: type[H], ways: Iterable[Callable[[H], Event]]) -> tuple[Walk[H], ...]:
    """Return a table of ways through one kind of house."""
    return tuple(Walk(house, way) for way in ways)


def known_as(house: House, person: Person) -> Pseudonym:
    """Return what a person is called in events."""
    return house.people.people.pseudonym(person.id)


def grant_by(house: House, code: str) -> Grant:
    """Return the grant that a code, a ticket or a device code stands for."""
    grant = SqlGrants(house.db).by_code(Secret(code).digest())
    assert grant is not None
    return grant


def grant_named(house: House, name: GrantId) -> Grant:
    """Return a grant by its id."""
    grant = SqlGrants(house.db).find(name)
    assert grant is not None
    return grant


def delivered(grant: Grant) -> Levels:
    """Return the levels of what only delivers."""
    return Levels(delivered=grant.level)
