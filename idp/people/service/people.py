"""People: made, found, proofed, linked, disabled."""

from dataclasses import dataclass

from idp.people import events
from idp.people.domain import (
    Account,
    Mandate,
    OrganisationClaim,
    Person,
    PersonClaims,
    PersonKind,
    PersonState,
    UpstreamLink,
    Username,
    checked_name,
)
from idp.people.errors import IdentityNotRaised, PersonDisabled
from idp.people.ports import LinkStore, OrganisationStore, PersonStore
from idp.people.service.surroundings import Pseudonyms, Surroundings
from kernel.assurance import Level
from kernel.errors import Conflict
from kernel.ids import EntityId, PersonId, Pseudonym
from kernel.standing import Party, PartyKind, State
from kernel.web import Page, PageAsked, Role


@dataclass(frozen=True, slots=True)
class People:
    """Everybody this installation knows."""

    store: PersonStore
    links: LinkStore
    organisations: OrganisationStore
    pseudonyms: Pseudonyms
    around: Surroundings

    def create(  # noqa: PLR0913  what is known of somebody new
        self,
        name: str,
        *,
        kind: PersonKind = PersonKind.NATURAL,
        username: Username | None = None,
        roles: frozenset[Role] = frozenset(),
        origin: str,
        actor: PersonId | None = None,
    ) -> Person:
        """Make somebody known at level 1; ``origin`` says by whom, for the record.

        Raises:
            NameMalformed, UsernameTaken: as they say; nobody is made.
        """
        person = self._fresh(kind, roles)
        with self.around.work():
            self.store.add(person, checked_name(name))
            if username is not None:
                self.store.add_account(Account(username=username, person=person.id))
            self.around.trail.record(
                events.PersonCreated(
                    subject=self.pseudonym(person.id),
                    actor=self._actor(actor),
                    kind=kind.value,
                    origin=origin,
                )
            )
        return person

    def find(self, person: PersonId) -> Person:
        """Return one, or raise `PersonUnknown`."""
        return self.store.find(person)

    def page(self, asked: PageAsked) -> Page[Person]:
        """Return people in the order of their making."""
        return self.store.page(asked)

    def by_username(self, username: Username) -> PersonId | None:
        """Return whose username it is; never tell a visitor whether there is one."""
        return self.store.by_username(username)

    def username_of(self, person: PersonId) -> Username | None:
        """Return somebody's username, None for people known by links only."""
        return self.store.username_of(person)

    def by_id_number(self, number: str) -> PersonId | None:
        """Return whose normalised identity number it is, through the blind index."""
        return self.store.by_id_number(number)

    def by_link(self, issuer: EntityId, subject: str) -> PersonId | None:
        """Return whom an upstream means by ``subject``."""
        return self.links.find(issuer, subject)

    def link(self, issuer: EntityId, subject: str, *, name: str | None) -> PersonId:
        """Return the person of (issuer, subject), made for it if new; never joined.

        Another issuer's word creates its own person and takes over nobody: names and
        numbers are not compared. Two first sign-ins at once make one person.
        """
        known = self.links.find(issuer, subject)
        if known is not None:
            return known
        try:
            return self._linked(issuer, subject, name)
        except Conflict:
            winner = self.links.find(issuer, subject)
            if winner is None:
                raise
            return winner

    def links_of(self, person: PersonId) -> tuple[UpstreamLink, ...]:
        """Return somebody's upstream links."""
        return self.links.of(person)

    def prove(
        self, person: PersonId, level: Level, *, name: str, number: str, source: str
    ) -> None:
        """Put a proofing on record: the one way identity rises.

        Args:
            person: who was proofed.
            level: at which level; not below the one on record.
            name: as the register or the document has it.
            number: normalised identity number.
            source: how, such as ``two_elements`` or ``window``; for the record.

        Raises:
            IdentityNotRaised: the level is below the one on record.
            NumberTaken: the number belongs to another person's record.
        """
        with self.around.work():
            if level < self.store.find(person).identity:
                raise IdentityNotRaised(str(person))
            self.store.set_proofed(person, checked_name(name), number)
            self.raise_identity(person, level, source=source)

    def raise_identity(self, person: PersonId, level: Level, *, source: str) -> None:
        """Put a higher identity level on record; an equal one changes nothing.

        Raises:
            IdentityNotRaised: the level is below the one on record.
        """
        with self.around.work():
            before = self.store.find(person).identity
            if level < before:
                raise IdentityNotRaised(str(person))
            self.store.set_identity(person, level)
            self.around.trail.record(
                events.IdentityRaised(
                    subject=self.pseudonym(person),
                    source=source,
                    before=before.value,
                    after=level.value,
                )
            )

    def mandates(self, person: PersonId) -> tuple[Mandate, ...]:
        """Return the mandates that hold now."""
        now = self.around.clock()
        held = self.organisations.mandates_of(person)
        return tuple(
            mandate for mandate in held if mandate.covers(mandate.organisation, now)
        )

    def claims(self, person: PersonId) -> PersonClaims:
        """Return in clear what may be released of somebody."""
        found = self.store.find(person)
        return PersonClaims(
            name=self.store.name(person),
            identity=found.identity,
            kind=found.kind,
            organisations=tuple(self._claim(held) for held in self.mandates(person)),
            id_number=self.store.id_number(person),
        )

    def pseudonym(self, person: PersonId) -> Pseudonym:
        """Return the person's name in events."""
        return self.pseudonyms.of(person)

    def require_active(self, person: PersonId) -> Person:
        """Return somebody who may sign in.

        Raises:
            PersonDisabled: an operator took their standing away.
        """
        found = self.store.find(person)
        if found.state is PersonState.DISABLED:
            raise PersonDisabled(str(person))
        return found

    def disable(self, person: PersonId, *, reason: str, actor: PersonId | None) -> None:
        """Take somebody's standing away; every process refuses them within 1 s."""
        self._stand(person, PersonState.DISABLED, State.SUSPENDED, reason, actor)

    def enable(self, person: PersonId, *, reason: str, actor: PersonId | None) -> None:
        """Give somebody's standing back; sessions and grants that ended stay ended."""
        self._stand(person, PersonState.ACTIVE, State.GOOD, reason, actor)

    def set_roles(
        self, person: PersonId, roles: frozenset[Role], *, actor: PersonId | None
    ) -> None:
        """Change what somebody may do over the API."""
        with self.around.work():
            self.store.find(person)
            self.store.set_roles(person, roles)
            self.around.trail.record(
                events.RolesChanged(
                    subject=self.pseudonym(person),
                    actor=self._actor(actor),
                    roles=tuple(sorted(role.value for role in roles)),
                )
            )

    def _linked(self, issuer: EntityId, subject: str, name: str | None) -> PersonId:
        with self.around.work():
            person = self.create(name or subject[:40], origin="link").id
            self.links.add(
                UpstreamLink(
                    issuer=issuer,
                    subject=subject,
                    person=person,
                    linked_at=self.around.clock(),
                )
            )
            self.around.trail.record(
                events.LinkMade(subject=self.pseudonym(person), provider=issuer)
            )
        return person

    def _stand(
        self,
        person: PersonId,
        state: PersonState,
        standing: State,
        reason: str,
        actor: PersonId | None,
    ) -> None:
        kind = events.PersonEnabled if standing is State.GOOD else events.PersonDisabled
        with self.around.work():
            self.store.set_state(person, state)
            party = Party(PartyKind.PERSON, str(person))
            self.around.register.change(party, standing, reason=reason)
            self.around.trail.record(
                kind(
                    subject=self.pseudonym(person),
                    actor=self._actor(actor),
                    reason=reason,
                )
            )

    def _fresh(self, kind: PersonKind, roles: frozenset[Role]) -> Person:
        return Person(
            id=PersonId(self.around.ids()),
            kind=kind,
            identity=Level.SELF_ASSERTED,
            roles=roles,
            state=PersonState.ACTIVE,
            created_at=self.around.clock(),
        )

    def _claim(self, mandate: Mandate) -> OrganisationClaim:
        organisation = self.organisations.find(mandate.organisation)
        return OrganisationClaim(
            id=organisation.id,
            name=organisation.name,
            uscc=organisation.uscc,
            role=mandate.role,
            until=mandate.until,
        )

    def _actor(self, actor: PersonId | None) -> Pseudonym | None:
        return None if actor is None else self.pseudonym(actor)
