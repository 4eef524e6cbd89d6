"""Whom applications on trial may serve."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.clients.errors import OnTrial
from idp.clients.ports import TrialPeople
from kernel.ids import PersonId


@dataclass(frozen=True, slots=True)
class TrialPeopleOnly:
    """A `Trial` that admits test people, and everybody to what is live."""

    people: TrialPeople

    def admits(self, client: Client, person: PersonId) -> None:
        """Return if the application may be told of this person.

        Raises:
            OnTrial: it is on trial, and they are no test person.
        """
        if client.is_on_trial and not self.people.has(person):
            raise OnTrial(client.id)


@dataclass(frozen=True, slots=True)
class OpenTrial:
    """A `Trial` where everybody is a test person: for trying and showing."""

    def admits(self, _client: Client, _person: PersonId) -> None:
        """Return."""
