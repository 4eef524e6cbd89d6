"""Legal persons, and who may act for them."""

from dataclasses import dataclass
from datetime import datetime

from idp.people import events
from idp.people.domain import (
    Mandate,
    MandateId,
    MandateRole,
    Organisation,
    checked_name,
    may_act_for,
)
from idp.people.ports import OrganisationStore
from idp.people.service.surroundings import Pseudonyms, Surroundings
from kernel.identifiers import CreditCode
from kernel.ids import OrganisationId, PersonId, Pseudonym
from kernel.web import Page, PageAsked


@dataclass(frozen=True, slots=True)
class Organisations:
    """Organisations on record and the mandates of people for them."""

    store: OrganisationStore
    pseudonyms: Pseudonyms
    around: Surroundings

    def create(self, name: str, uscc: str, *, actor: PersonId | None) -> Organisation:
        """Put an organisation on record by its 统一社会信用代码 (GB 32100-2015).

        Raises:
            IdentifierRefused: the number's form or check digit is wrong.
            OrganisationKnown: the number is on record.
        """
        made = Organisation(
            id=OrganisationId(self.around.ids()),
            name=checked_name(name),
            uscc=CreditCode.parse(uscc).value,
        )
        with self.around.work():
            self.store.add(made)
            self.around.trail.record(
                events.OrganisationCreated(
                    organisation=str(made.id), actor=self._actor(actor)
                )
            )
        return made

    def find(self, organisation: OrganisationId) -> Organisation:
        """Return one, or raise `OrganisationUnknown`."""
        return self.store.find(organisation)

    def by_uscc(self, uscc: str) -> Organisation | None:
        """Return the one with this number."""
        return self.store.by_uscc(uscc)

    def page(self, asked: PageAsked) -> Page[Organisation]:
        """Return organisations in the order of their making."""
        return self.store.page(asked)

    def give_mandate(
        self,
        person: PersonId,
        organisation: OrganisationId,
        role: MandateRole,
        *,
        until: datetime | None,
        actor: PersonId | None,
    ) -> Mandate:
        """Let somebody act for an organisation until a day."""
        mandate = Mandate(
            id=MandateId(self.around.ids()),
            person=person,
            organisation=self.store.find(organisation).id,
            role=role,
            until=until,
        )
        with self.around.work():
            self.store.add_mandate(mandate)
            self.around.trail.record(
                events.MandateGiven(
                    subject=self.pseudonyms.of(person),
                    actor=self._actor(actor),
                    organisation=str(organisation),
                    role=role.value,
                )
            )
        return mandate

    def revoke_mandate(self, mandate: MandateId, *, actor: PersonId | None) -> None:
        """Let a mandate end now."""
        with self.around.work():
            found = self.store.find_mandate(mandate)
            self.store.end_mandate(mandate, self.around.clock())
            self.around.trail.record(
                events.MandateRevoked(
                    subject=self.pseudonyms.of(found.person),
                    actor=self._actor(actor),
                    organisation=str(found.organisation),
                )
            )

    def require_mandate(self, person: PersonId, organisation: OrganisationId) -> None:
        """Require that somebody may act for an organisation now.

        Raises:
            MandateMissing: they may not, or no longer.
        """
        held = self.store.mandates_of(person)
        may_act_for(held, organisation, self.around.clock())

    def _actor(self, actor: PersonId | None) -> Pseudonym | None:
        return None if actor is None else self.pseudonyms.of(actor)
