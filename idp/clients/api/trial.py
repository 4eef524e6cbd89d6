"""With whom applications on trial may be tried."""

from dataclasses import dataclass
from uuid import UUID

from idp.clients.errors import ClientMalformed
from idp.clients.messages import TrialPeopleShown, TrialPersonBody
from idp.clients.service import TrialList
from kernel.ids import PersonId
from kernel.web import Reply, Request, read_body, write_body


@dataclass(frozen=True, slots=True)
class TrialApi:
    """The endpoints: each parses, calls the use case, lays the answer out."""

    trial: TrialList

    def list(self, _request: Request) -> Reply:
        """List everybody with whom applications on trial may be tried."""
        return self._shown()

    def enter(self, request: Request) -> Reply:
        """Enter somebody."""
        said = read_body(TrialPersonBody, request.body)
        actor = request.required_caller().pseudonym
        self.trial.enter(PersonId(said.person), actor=actor)
        return self._shown()

    def remove(self, request: Request) -> Reply:
        """Take somebody off."""
        actor = request.required_caller().pseudonym
        self.trial.remove(_person(request), actor=actor)
        return self._shown()

    def _shown(self) -> Reply:
        people = self.trial.people.all()
        told = TrialPeopleShown(open=self.trial.is_open, people=people)
        return Reply.json(write_body(told))


def _person(request: Request) -> PersonId:
    try:
        return PersonId(UUID(request.parameters["person"]))
    except ValueError as cause:
        raise ClientMalformed("person: a UUID") from cause
