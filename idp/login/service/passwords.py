"""Signing in with a name and a password: one neutral answer, one cost, one count."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from idp.login import events
from idp.login.domain import CountKey, PendingFactor, Tab, second_factor_needed
from idp.login.errors import FailureCounted
from idp.login.ports import PendingFactors
from idp.login.service.arrival import Arrivals, Landing, Visitor, means
from idp.login.service.lockout import Lockout
from idp.people.domain import (
    AuthenticatorKind,
    AuthenticatorRecord,
    Person,
    PersonState,
    Username,
)
from idp.people.errors import UsernameMalformed
from idp.people.ports import PasswordHashing
from idp.session.domain import Interaction
from idp.session.service.interactions import with_interaction
from kernel.errors import DomainError
from kernel.events import Outcome
from kernel.ids import InteractionId
from kernel.secret import Secret

CODE_PATH = "/login/code"
PENDING_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PasswordSignIn:
    """Checks a name and a password.

    Unknown names, wrong passwords and disabled people get one answer at one cost: the hash
    is compared in every case, against a dummy where there is none.
    """

    arrivals: Arrivals
    hashing: PasswordHashing
    lockout: Lockout
    pending: PendingFactors

    def __call__(
        self,
        interaction: Interaction,
        username: str,
        password: Secret,
        visitor: Visitor,
        tab: Tab = Tab.NATURAL,
    ) -> Landing:
        """Sign somebody in, or ask for their second factor.

        Raises:
            FailureCounted: they do not belong together, for whatever reason.
            LockedOut: too many attempts; nothing was compared.
            HashingBusy: too many passwords wait; this attempt does not count.
            MandateMissing: right, but on the 法人 tab without anybody to act for.
        """
        name = _folded(username)
        account = self.lockout.names.account(name)
        address = self.lockout.names.address(visitor.address)
        with self.lockout.attempt(account, address):
            person, record = self._compare(interaction, *self._known(name), password)
        try:
            with self.lockout.around.work():
                self._accept(interaction, person, account, address)
                return self._go_on(interaction, person, record, visitor, tab)
        except DomainError:
            # The password was right: that attempt is no failure, wherever it led.
            with self.lockout.around.work():
                self._accept(interaction, person, account, address)
            raise

    def _known(self, name: str) -> tuple[Person | None, AuthenticatorRecord | None]:
        people = self.arrivals.people
        try:
            found = people.by_username(Username.parse(name))
        except UsernameMalformed:
            found = None
        if found is None:
            return None, None
        known = self.arrivals.authenticators.first(found, AuthenticatorKind.PASSWORD)
        return people.find(found), known

    def _compare(
        self,
        interaction: Interaction,
        person: Person | None,
        record: AuthenticatorRecord | None,
        password: Secret,
    ) -> tuple[Person, AuthenticatorRecord]:
        secret = self.arrivals.authenticators.secret(record.id) if record else None
        fits = self.hashing.verify(secret, password)
        if not fits or person is None or record is None:
            self._refuse(interaction, person, "no_match")
        if person.state is PersonState.DISABLED:
            self._refuse(interaction, person, "person_disabled")
        return person, record

    def _refuse(
        self, interaction: Interaction, person: Person | None, why: str
    ) -> NoReturn:
        around = self.lockout.around
        around.trail.record(
            events.PasswordRefused(
                interaction=interaction.id,
                relying_party=interaction.relying_party,
                subject=around.pseudonyms.of(person.id) if person else None,
                outcome=Outcome.REFUSED,
                reason=why,
            )
        )
        raise FailureCounted

    def _accept(
        self, interaction: Interaction, person: Person, own: CountKey, shared: CountKey
    ) -> None:
        around = self.lockout.around
        self.lockout.succeeded(own, shared)
        around.trail.record(
            events.PasswordAccepted(
                interaction=interaction.id,
                relying_party=interaction.relying_party,
                subject=around.pseudonyms.of(person.id),
            )
        )

    def _go_on(
        self,
        interaction: Interaction,
        person: Person,
        record: AuthenticatorRecord,
        visitor: Visitor,
        tab: Tab,
    ) -> Landing:
        acting = self.arrivals.represented(person, tab)
        if self._needs_code(interaction, person):
            return self._wait(interaction.id, person, record, tab)
        used = (means(record),)
        return self.arrivals.with_own(interaction, person, used, visitor, acting=acting)

    def _needs_code(self, interaction: Interaction, person: Person) -> bool:
        known = self.arrivals.authenticators
        has_codes = known.first(person.id, AuthenticatorKind.TOTP) is not None
        return second_factor_needed(interaction.asked, person.roles, has_codes=has_codes)

    def _wait(
        self,
        interaction: InteractionId,
        person: Person,
        record: AuthenticatorRecord,
        tab: Tab,
    ) -> Landing:
        self.pending.put(
            PendingFactor(
                interaction=interaction,
                person=person.id,
                authenticator=record.id,
                bound=record.bound,
                expires_at=self.lockout.around.clock() + PENDING_FOR,
                tab=tab,
            )
        )
        return Landing(with_interaction(CODE_PATH, interaction))


def _folded(username: str) -> str:
    """Return the one spelling a name is counted under, well-formed or not."""
    try:
        return Username.parse(username).value
    except UsernameMalformed:
        return username.strip().casefold()[:256]
