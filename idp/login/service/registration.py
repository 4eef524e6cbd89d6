"""Registering oneself: a name and a password, level 1, nothing believed."""

from dataclasses import dataclass

from idp.login import events
from idp.login.service.arrival import Arrivals, Landing, Visitor, means
from idp.login.service.lockout import Lockout
from idp.people.domain import Username
from idp.session.domain import Interaction
from kernel.assurance import Level
from kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class Registration:
    """Makes a person at level 1 and signs them in."""

    arrivals: Arrivals
    lockout: Lockout

    def __call__(
        self,
        interaction: Interaction,
        username: str,
        name: str,
        password: Secret,
        visitor: Visitor,
    ) -> Landing:
        """Register and go on.

        Attempts count by address, so that usernames cannot be tried out in bulk.

        Raises:
            UsernameMalformed, UsernameTaken, NameMalformed, PasswordTooShort: as they say.
            LockedOut: too many from this address.
        """
        wanted = Username.parse(username)
        around, arrivals = self.lockout.around, self.arrivals
        with self.lockout.attempt(self.lockout.names.address(visitor.address)):
            encoded = arrivals.authenticators.hashed(password)
        with around.work():
            person = arrivals.people.create(name, username=wanted, origin="registration")
            record = arrivals.authenticators.set_hash(
                person.id, encoded, Level.SELF_ASSERTED
            )
            around.trail.record(
                events.PersonRegistered(
                    interaction=interaction.id, subject=around.pseudonyms.of(person.id)
                )
            )
        return arrivals.with_own(interaction, person, (means(record),), visitor)
