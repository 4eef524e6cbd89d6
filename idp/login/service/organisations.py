"""Saying for whom one acts, where it could be for several."""

from dataclasses import dataclass

from idp.login.service.arrival import Arrivals, Landing
from idp.people.domain import OrganisationClaim, may_act_for
from idp.session.domain import Interaction, Session
from kernel.ids import OrganisationId


@dataclass(frozen=True, slots=True)
class OrganisationStep:
    """Lets somebody who just signed in say for which organisation they act."""

    arrivals: Arrivals

    def offered(self, session: Session) -> tuple[OrganisationClaim, ...]:
        """Return whom the person may act for now, each once."""
        held = self.arrivals.people.claims(session.person).organisations
        return tuple({one.id: one for one in held}.values())

    def __call__(
        self, interaction: Interaction, session: Session, chosen: OrganisationId
    ) -> Landing:
        """Act for ``chosen`` from now on, and go on.

        Raises:
            MandateMissing: the person may not act for it.
        """
        arrivals = self.arrivals
        held = arrivals.people.mandates(session.person)
        may_act_for(held, chosen, arrivals.people.around.clock())
        acting, cookie = arrivals.sessions.act_for(session, chosen, interaction.id)
        return Landing(arrivals.interactions.arrive(interaction, acting), cookie)
