"""Who may enter themselves here: anybody, who holds a ticket, or nobody."""

from dataclasses import dataclass
from datetime import timedelta

from idp.oidc.domain.registering import (
    LONGEST_TICKET,
    MOST_USES,
    SHORTEST_TICKET,
    Door,
    Ticket,
)
from idp.oidc.errors import (
    ClientMetadataRefused,
    RegistrationClosed,
    RegistrationTokenMissing,
    RegistrationTokenRefused,
)
from idp.oidc.events import RegistrationTicketEnded, RegistrationTicketIssued
from idp.oidc.ports import TicketStore
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.events import AuditTrail
from kernel.ids import Pseudonym
from kernel.secret import Secret
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Admission:
    """Looks at initial access tokens (RFC 7591 §3), which are called tickets here."""

    door: Door
    tickets: TicketStore
    clock: Clock

    def look(self, shown: Secret | None) -> None:
        """Return if whoever shows this may be listened to; nothing is used up.

        Raises:
            RegistrationClosed, RegistrationTokenMissing, RegistrationTokenRefused: as
                they say.
        """
        if self.door is Door.CLOSED:
            raise RegistrationClosed
        if shown is None and self.door is Door.TOKEN:
            raise RegistrationTokenMissing
        if shown is not None and not self.tickets.holds(shown.digest(), self.clock()):
            raise RegistrationTokenRefused("ticket")

    def admit(self, shown: Secret | None) -> None:
        """Let one client of somebody who was looked at in; a ticket loses one use.

        Raises:
            RegistrationTokenRefused: others were faster and took the last one.
        """
        if shown is not None and not self.tickets.use(shown.digest(), self.clock()):
            raise RegistrationTokenRefused("ticket")


@dataclass(frozen=True, slots=True)
class Tickets:
    """Operators hand tickets out and take them back."""

    store: TicketStore
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock
    entropy: Entropy

    def issue(
        self, uses: int, lifetime: timedelta, *, actor: Pseudonym | None
    ) -> tuple[Ticket, Secret]:
        """Return a fresh ticket; its text is shown this once.

        Raises:
            ClientMetadataRefused: more uses, or another life, than a ticket may have.
        """
        if not (0 < uses <= MOST_USES and SHORTEST_TICKET <= lifetime <= LONGEST_TICKET):
            bounds = [
                int(span.total_seconds()) for span in (SHORTEST_TICKET, LONGEST_TICKET)
            ]
            said = f"uses: 1 to {MOST_USES}; lifetime_s: {bounds[0]} to {bounds[1]}"
            raise ClientMetadataRefused(said)
        text, now = Secret(token(self.entropy)), self.clock()
        ticket = Ticket(
            digest=text.digest(),
            issued_by=actor,
            issued_at=now,
            expires_at=now + lifetime,
            uses_left=uses,
        )
        with self.work():
            self.store.add(ticket)
            self.trail.record(RegistrationTicketIssued(actor=actor, count=uses))
        return ticket, text

    def end(self, shown: Secret, *, actor: Pseudonym | None) -> None:
        """Take one back.

        Raises:
            RegistrationTokenRefused: there is none such.
        """
        with self.work():
            if not self.store.end(shown.digest()):
                raise RegistrationTokenRefused("ticket")
            self.trail.record(RegistrationTicketEnded(actor=actor))
