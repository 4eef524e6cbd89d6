"""The real-name step: name and number are compared, and the session carries the result."""

from dataclasses import dataclass, replace
from typing import NoReturn

from idp.login import events
from idp.login.domain import CountKind, RealNameAnswer, assurance_of
from idp.login.errors import RealNameRefused
from idp.login.ports import RealNameCheck
from idp.login.service.arrival import Arrivals, Landing, Visitor
from idp.login.service.lockout import Lockout
from idp.session.domain import Interaction, Session
from kernel.assurance import Assurance, Level
from kernel.events import Outcome
from kernel.identifiers import IdentityNumber
from kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class RealNameStep:
    """Raises somebody who is signed in from level 1 to 2.

    The means used in this session are bound to the proofed level with it: whoever holds
    them has just named the person they stand for.
    """

    arrivals: Arrivals
    check: RealNameCheck
    lockout: Lockout

    def __call__(
        self, interaction: Interaction, name: str, number: Secret, visitor: Visitor
    ) -> Landing:
        """Compare and go on.

        A number that cannot be one is a slip of the pen: it is said as such, nobody is
        asked, and it does not count.

        Raises:
            SessionMissing: nobody is signed in here.
            IdentifierRefused: the number breaks a rule of its form.
            RealNameRefused: not confirmed, for whatever reason; the attempt stays counted.
            LockedOut: too many attempts; nothing was asked.
            Unavailable: the register did not answer; this attempt does not count.
        """
        session = self.arrivals.sessions.required(visitor.session)
        today = self.lockout.around.clock().date()
        written = Secret(IdentityNumber.parse(number.reveal(), today=today).value)
        count = self.lockout.names.person(CountKind.REAL_NAME, session.person)
        with self.lockout.attempt(count):
            answer = self.check.confirm(session.person, name, written)
        if answer is not RealNameAnswer.CONFIRMED:
            self._refuse(interaction, session)
        self.lockout.succeeded(count)
        return self._carry_on(interaction, session)

    def _carry_on(self, interaction: Interaction, session: Session) -> Landing:
        arrivals, around = self.arrivals, self.lockout.around
        with around.work():
            arrivals.authenticators.rebind(
                session.person, session.authenticators, Level.REAL_NAME
            )
            around.trail.record(
                events.RealNameConfirmed(
                    interaction=interaction.id,
                    relying_party=interaction.relying_party,
                    subject=around.pseudonyms.of(session.person),
                )
            )
            stronger, cookie = arrivals.sessions.strengthen(
                session,
                self._proofed(session),
                session.amr,
                person=session.person,
                interaction=interaction.id,
            )
        return Landing(arrivals.interactions.arrive(interaction, stronger), cookie)

    def _proofed(self, session: Session) -> Assurance:
        """Return the session's assurance with identity and bounds as they are now.

        An upstream's session keeps the cap of its path.
        """
        identity = self.arrivals.people.find(session.person).identity
        used = self.arrivals.used_in(session)
        if used and session.upstream is None:
            return assurance_of(identity, used)
        raised = max(session.assurance.identity, identity)
        return replace(session.assurance, identity=raised)

    def _refuse(self, interaction: Interaction, session: Session) -> NoReturn:
        around = self.lockout.around
        around.trail.record(
            events.RealNameRefusedRecorded(
                interaction=interaction.id,
                relying_party=interaction.relying_party,
                subject=around.pseudonyms.of(session.person),
                outcome=Outcome.REFUSED,
            )
        )
        raise RealNameRefused
