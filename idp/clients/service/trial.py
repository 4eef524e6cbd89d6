"""With whom applications on trial may be tried."""

from dataclasses import dataclass

from idp.clients.events import TrialPersonEntered, TrialPersonRemoved
from idp.clients.ports import TrialPeople
from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import PersonId, Pseudonym
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TrialList:
    """The list of test people, and who changes it.

    Events do not say who was entered: people are named to the record by the room of
    people alone.

    Attributes:
        is_open: everybody is a test person here, listed or not.
    """

    people: TrialPeople
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock
    is_open: bool

    def enter(self, person: PersonId, *, actor: Pseudonym | None) -> None:
        """Let applications on trial be tried with somebody."""
        with self.work():
            self.people.add(person, self.clock())
            self.trail.record(TrialPersonEntered(actor=actor))

    def remove(self, person: PersonId, *, actor: Pseudonym | None) -> None:
        """Let them be tried with somebody no more."""
        with self.work():
            self.people.remove(person)
            self.trail.record(TrialPersonRemoved(actor=actor))
