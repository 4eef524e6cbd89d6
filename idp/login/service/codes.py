"""The second factor: a one-time code, each time step used once."""

from dataclasses import dataclass
from typing import NoReturn

from idp.login import events
from idp.login.domain import CountKind, PendingFactor, UsedAuthenticator, strengthened
from idp.login.errors import CodeRefused, StepMissing
from idp.login.ports import PendingFactors, TimeCodes
from idp.login.service.arrival import Arrivals, Landing, Visitor, means
from idp.login.service.lockout import Lockout
from idp.people.domain import AuthenticatorKind, AuthenticatorRecord
from idp.session.domain import Interaction, Session
from kernel.events import Outcome
from kernel.ids import PersonId


@dataclass(frozen=True, slots=True)
class CodeStep:
    """Checks a one-time code after a password, or on top of a session."""

    arrivals: Arrivals
    codes: TimeCodes
    lockout: Lockout
    pending: PendingFactors

    def __call__(self, interaction: Interaction, code: str, visitor: Visitor) -> Landing:
        """Take a code and go on.

        Raises:
            StepMissing: no password was checked for this interaction lately, and the
                browser has no session.
            CodeRefused: wrong, old or used; the attempt stays counted.
            LockedOut: too many attempts; nothing was compared.
        """
        waiting = self._waiting(interaction)
        session = self.arrivals.sessions.current(visitor.session)
        if waiting is not None:
            proven = self._check(interaction, waiting.person, code)
            return self._after_password(interaction, waiting, proven, visitor)
        if session is None:
            raise StepMissing(str(interaction.id))
        proven = self._check(interaction, session.person, code)
        return self._on_top(interaction, session, proven)

    def possible(self, interaction: Interaction, visitor: Visitor) -> bool:
        """Tell whether there is a first step for a code to follow."""
        waiting = self._waiting(interaction) is not None
        return waiting or self.arrivals.sessions.current(visitor.session) is not None

    def _waiting(self, interaction: Interaction) -> PendingFactor | None:
        found = self.pending.find(interaction.id)
        if found is None or found.expires_at <= self.lockout.around.clock():
            return None
        return found

    def _check(
        self, interaction: Interaction, person: PersonId, code: str
    ) -> UsedAuthenticator:
        count = self.lockout.names.person(CountKind.CODE, person)
        self.lockout.reserve(count)
        matched = self._match(person, "".join(code.split()))
        if matched is None:
            self._refuse(interaction, person, "no_match")
        record, step = matched
        if not self.arrivals.authenticators.take_step(record.id, step):
            self._refuse(interaction, person, "replayed")
        self.lockout.succeeded(count)
        self._accept(interaction, person)
        return means(record)

    def _match(
        self, person: PersonId, digits: str
    ) -> tuple[AuthenticatorRecord, int] | None:
        """Return which of somebody's sources makes this code, and for which step."""
        now, known = self.lockout.around.clock(), self.arrivals.authenticators
        for record in known.of(person):
            if record.kind is AuthenticatorKind.TOTP:
                step = self.codes.step_of(known.secret(record.id), digits, now)
                if step is not None:
                    return record, step
        return None

    def _accept(self, interaction: Interaction, person: PersonId) -> None:
        around = self.lockout.around
        around.trail.record(
            events.CodeAccepted(
                interaction=interaction.id,
                relying_party=interaction.relying_party,
                subject=around.pseudonyms.of(person),
            )
        )

    def _refuse(self, interaction: Interaction, person: PersonId, why: str) -> NoReturn:
        around = self.lockout.around
        around.trail.record(
            events.CodeRefusedRecorded(
                interaction=interaction.id,
                relying_party=interaction.relying_party,
                subject=around.pseudonyms.of(person),
                outcome=Outcome.REFUSED,
                reason=why,
            )
        )
        raise CodeRefused

    def _after_password(
        self,
        interaction: Interaction,
        waiting: PendingFactor,
        proven: UsedAuthenticator,
        visitor: Visitor,
    ) -> Landing:
        arrivals = self.arrivals
        person = arrivals.people.require_active(waiting.person)
        known = {one.id: one for one in arrivals.authenticators.of(person.id)}
        first = known.get(waiting.authenticator)
        if first is None or not self.pending.take(interaction.id):
            raise StepMissing(str(interaction.id))
        acting = arrivals.represented(person, waiting.tab)
        used = (means(first), proven)
        return arrivals.with_own(interaction, person, used, visitor, acting=acting)

    def _on_top(
        self, interaction: Interaction, session: Session, proven: UsedAuthenticator
    ) -> Landing:
        arrivals = self.arrivals
        assurance = strengthened(session.assurance, arrivals.used_in(session), proven)
        arrivals.authenticators.used(proven.id)
        stronger, cookie = arrivals.sessions.strengthen(
            session,
            assurance,
            (proven.factor.value, "mfa"),
            person=session.person,
            authenticators=(proven.id,),
            interaction=interaction.id,
        )
        return Landing(arrivals.interactions.arrive(interaction, stronger), cookie)
