"""People, organisations and mandates over the API under /api/v1."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from idp.people.domain import MandateId, Person, Username
from idp.people.errors import MandateUnknown, OrganisationUnknown, PersonUnknown
from idp.people.messages import (
    MandateBody,
    OrganisationBody,
    OrganisationPage,
    PersonBody,
    PersonPage,
    ReasonBody,
    RolesBody,
    mandate_reply,
    organisation_reply,
    person_detail,
    person_reply,
)
from idp.people.service import Authenticators, Organisations, People
from kernel.assurance import Level
from kernel.errors import NotFound
from kernel.ids import OrganisationId, PersonId
from kernel.secret import Secret
from kernel.web import (
    PageAsked,
    Reply,
    Request,
    read_body,
    write_body,
)
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PeopleApi:
    """The endpoints of people: each parses, calls the use case, lays the answer out."""

    people: People
    authenticators: Authenticators
    work: UnitOfWork

    def list(self, request: Request) -> Reply:
        """List people, a page at a time, without names."""
        page = self.people.page(PageAsked.parse(request.arguments))
        shown = tuple(person_reply(person) for person in page.rows)
        return Reply.json(write_body(PersonPage(people=shown, next=page.next_cursor)))

    def show(self, request: Request) -> Reply:
        """Show one person with their name and means of signing in."""
        person = self.people.find(_person_named(request))
        username = self.people.username_of(person.id)
        detail = person_detail(
            person,
            self.people.claims(person.id),
            username.value if username else None,
            self.authenticators.of(person.id),
        )
        return Reply.json(write_body(detail))

    def create(self, request: Request) -> Reply:
        """Make somebody known at level 1, with a first password if one is given."""
        said = read_body(PersonBody, request.body)
        password = Secret(said.password) if said.password is not None else None
        encoded = self.authenticators.hashed(password) if password else None
        actor = request.required_caller().person
        with self.work():
            person = self.people.create(
                said.name,
                kind=said.kind,
                username=Username.parse(said.username) if said.username else None,
                roles=said.roles,
                origin="operator",
                actor=actor,
            )
            if encoded is not None:
                self.authenticators.set_hash(person.id, encoded, Level.SELF_ASSERTED)
        return Reply.json(write_body(person_reply(person)), 201)

    def disable(self, request: Request) -> Reply:
        """Take somebody's standing away."""
        return self._stand(request, self.people.disable)

    def enable(self, request: Request) -> Reply:
        """Give somebody's standing back."""
        return self._stand(request, self.people.enable)

    def set_roles(self, request: Request) -> Reply:
        """Change what somebody may do over the API."""
        said, person = read_body(RolesBody, request.body), _person_named(request)
        self.people.set_roles(person, said.roles, actor=request.required_caller().person)
        return self._shown(self.people.find(person))

    def _stand(self, request: Request, act: Callable[..., None]) -> Reply:
        said, person = read_body(ReasonBody, request.body), _person_named(request)
        act(person, reason=said.reason, actor=request.required_caller().person)
        return self._shown(self.people.find(person))

    def _shown(self, person: Person) -> Reply:
        return Reply.json(write_body(person_reply(person)))


@dataclass(frozen=True, slots=True)
class OrganisationsApi:
    """The endpoints of organisations and mandates."""

    organisations: Organisations

    def list(self, request: Request) -> Reply:
        """List organisations, a page at a time."""
        page = self.organisations.page(PageAsked.parse(request.arguments))
        shown = tuple(organisation_reply(one) for one in page.rows)
        body = OrganisationPage(organisations=shown, next=page.next_cursor)
        return Reply.json(write_body(body))

    def create(self, request: Request) -> Reply:
        """Put an organisation on record."""
        said = read_body(OrganisationBody, request.body)
        actor = request.required_caller().person
        made = self.organisations.create(said.name, said.uscc, actor=actor)
        return Reply.json(write_body(organisation_reply(made)), 201)

    def show(self, request: Request) -> Reply:
        """Show one organisation."""
        named = OrganisationId(_named(request, OrganisationUnknown))
        return Reply.json(write_body(organisation_reply(self.organisations.find(named))))

    def give_mandate(self, request: Request) -> Reply:
        """Let somebody act for an organisation."""
        said = read_body(MandateBody, request.body)
        mandate = self.organisations.give_mandate(
            PersonId(said.person),
            OrganisationId(said.organisation),
            said.role,
            until=said.until,
            actor=request.required_caller().person,
        )
        return Reply.json(write_body(mandate_reply(mandate)), 201)

    def revoke_mandate(self, request: Request) -> Reply:
        """Let a mandate end now."""
        named = MandateId(_named(request, MandateUnknown))
        self.organisations.revoke_mandate(named, actor=request.required_caller().person)
        return Reply.empty()


def _person_named(request: Request) -> PersonId:
    return PersonId(_named(request, PersonUnknown))


def _named(request: Request, unknown: type[NotFound]) -> UUID:
    text = request.parameters["id"]
    try:
        return UUID(text)
    except ValueError as cause:
        raise unknown(text[:40]) from cause
