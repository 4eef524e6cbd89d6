"""People whom a window makes known: `realname.ports.NewPeople`."""

from dataclasses import dataclass

from idp.people.domain import MandateRole, PersonKind, Username
from idp.people.errors import UsernameTaken
from idp.people.service.organisations import Organisations
from idp.people.service.people import People
from kernel.identifiers import CreditCode
from kernel.ids import PersonId
from realname.domain import Represented


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Enters people and mandates as part of the approval of a window record."""

    people: People
    organisations: Organisations

    def enter(self, name: str, *, kind: str, username: str, actor: PersonId) -> PersonId:
        """Make somebody known at level 1; of one username the second raises `Conflict`."""
        return self.people.create(
            name,
            kind=PersonKind(kind),
            username=Username.parse(username),
            origin="window",
            actor=actor,
        ).id

    def check_username(self, username: str) -> None:
        """Require that a username is well-formed and free.

        Raises:
            UsernameMalformed, UsernameTaken: as they say.
        """
        if self.people.by_username(Username.parse(username)) is not None:
            raise UsernameTaken

    def mandate(
        self, person: PersonId, organisation: Represented, *, actor: PersonId
    ) -> None:
        """Let somebody act for an organisation, entered if its number is new."""
        number = CreditCode.parse(organisation.uscc).value
        known = self.organisations.by_uscc(number)
        entered = known or self.organisations.create(organisation.name, number, actor=actor)
        self.organisations.give_mandate(
            person,
            entered.id,
            MandateRole(organisation.role.value),
            until=organisation.until,
            actor=actor,
        )
