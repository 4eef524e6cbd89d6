"""Means of signing in: enrolled at a level, bound to it, replaced, given up."""

from dataclasses import dataclass

from idp.people import events
from idp.people.domain import AuthenticatorKind, AuthenticatorRecord
from idp.people.errors import AuthenticatorUnknown, PasswordTooShort
from idp.people.ports import AuthenticatorStore, PasswordHashing
from idp.people.service.surroundings import Pseudonyms, Surroundings
from kernel.assurance import Level
from kernel.ids import AuthenticatorId, PersonId
from kernel.secret import Digest, Secret

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256


def password_is_long_enough(password: Secret) -> None:
    """NIST SP 800-63B-4 §3.1.1.2: at least 8 characters, no rules of composition.

    Raises:
        PasswordTooShort: it is shorter, or too long to hash in bounded time.
    """
    if not SHORTEST_PASSWORD <= len(password.reveal()) <= LONGEST_PASSWORD:
        raise PasswordTooShort


@dataclass(frozen=True, slots=True)
class Authenticators:
    """What people sign in with. ``bound`` is the level of the session or proofing."""

    store: AuthenticatorStore
    hashing: PasswordHashing
    pseudonyms: Pseudonyms
    around: Surroundings

    def of(self, person: PersonId) -> tuple[AuthenticatorRecord, ...]:
        """Return somebody's means, oldest first."""
        return self.store.of(person)

    def first(
        self, person: PersonId, kind: AuthenticatorKind
    ) -> AuthenticatorRecord | None:
        """Return somebody's oldest means of a kind."""
        return next((one for one in self.store.of(person) if one.kind is kind), None)

    def by_key(self, digest: Digest) -> AuthenticatorRecord | None:
        """Return the enrolled certificate with this public key."""
        return self.store.by_key(digest)

    def secret(self, authenticator: AuthenticatorId) -> Secret:
        """Return an encoded password hash, or a TOTP seed."""
        return self.store.secret(authenticator)

    def set_password(
        self, person: PersonId, password: Secret, bound: Level
    ) -> AuthenticatorRecord:
        """Give somebody a password in place of the old one; it carries ``bound`` only.

        Raises:
            PasswordTooShort: as it says; the old one stays.
            Unavailable: too many passwords wait to be hashed.
        """
        # Before the unit of work: it takes 20 ms.
        return self.set_hash(person, self.hashed(password), bound)

    def hashed(self, password: Secret) -> Secret:
        """Return the encoded hash of a new password, to be set in a unit of work.

        Raises:
            PasswordTooShort: as it says.
            Unavailable: too many passwords wait to be hashed.
        """
        password_is_long_enough(password)
        return self.hashing.hash(password)

    def set_hash(
        self, person: PersonId, encoded: Secret, bound: Level
    ) -> AuthenticatorRecord:
        """Put a hashed password in place of the old one; it carries ``bound`` only."""
        with self.around.work():
            for old in self.store.of(person):
                if old.kind is AuthenticatorKind.PASSWORD:
                    self.store.remove(person, old.id)
            return self._enrol(person, AuthenticatorKind.PASSWORD, bound, secret=encoded)

    def enrol_totp(
        self, person: PersonId, seed: Secret, bound: Level, label: str = ""
    ) -> AuthenticatorRecord:
        """Give somebody a source of one-time codes."""
        with self.around.work():
            return self._enrol(
                person, AuthenticatorKind.TOTP, bound, secret=seed, label=label
            )

    def enrol_certificate(
        self, person: PersonId, key_digest: Digest, bound: Level, label: str = ""
    ) -> AuthenticatorRecord:
        """Let somebody sign in with the certificate of this public key.

        Raises:
            Conflict: the key is enrolled already.
        """
        with self.around.work():
            return self._enrol(
                person,
                AuthenticatorKind.CERTIFICATE,
                bound,
                key_digest=key_digest,
                label=label,
            )

    def rebind(
        self,
        person: PersonId,
        authenticators: tuple[AuthenticatorId, ...],
        bound: Level,
    ) -> None:
        """Bind the means that were used at a proofing to its level; never lower.

        Only somebody's own count: ids of another person are passed over.
        """
        own = {one.id for one in self.store.of(person)}
        with self.around.work():
            chosen = tuple(one for one in authenticators if one in own)
            count = self.store.rebind(chosen, bound)
            if count:
                self.around.trail.record(
                    events.AuthenticatorsRebound(
                        subject=self.pseudonyms.of(person), count=count, bound=bound.value
                    )
                )

    def used(self, authenticator: AuthenticatorId) -> None:
        """Note that it was used now."""
        self.store.used(authenticator, self.around.clock())

    def take_step(self, authenticator: AuthenticatorId, step: int) -> bool:
        """RFC 6238 §5.2: use a time step up; False if it, or a later one, is used up."""
        return self.store.take_step(authenticator, step)

    def remove(self, person: PersonId, authenticator: AuthenticatorId) -> None:
        """Give one of somebody's own up.

        Raises:
            AuthenticatorUnknown: it is not theirs.
        """
        with self.around.work():
            known = {one.id: one for one in self.store.of(person)}
            if authenticator not in known:
                raise AuthenticatorUnknown(str(authenticator))
            self.store.remove(person, authenticator)
            self.around.trail.record(
                events.AuthenticatorRemoved(
                    subject=self.pseudonyms.of(person),
                    kind=known[authenticator].kind.value,
                )
            )

    def _enrol(  # noqa: PLR0913  what is known of a means
        self,
        person: PersonId,
        kind: AuthenticatorKind,
        bound: Level,
        *,
        secret: Secret | None = None,
        key_digest: Digest | None = None,
        label: str = "",
    ) -> AuthenticatorRecord:
        record = AuthenticatorRecord(
            id=AuthenticatorId(self.around.ids()),
            person=person,
            kind=kind,
            bound=bound,
            enrolled_at=self.around.clock(),
            label=label,
            key_digest=key_digest,
        )
        self.store.add(record, secret)
        self.around.trail.record(
            events.AuthenticatorEnrolled(
                subject=self.pseudonyms.of(person), kind=kind.value, bound=bound.value
            )
        )
        return record
