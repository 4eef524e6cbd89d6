"""What people do with their own means of signing in."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from idp.account.errors import (
    CodeDoesNotFit,
    EnrolmentStale,
    NoPasswordHere,
    OldPasswordRefused,
    SessionTooWeak,
)
from idp.login.domain import CountKind
from idp.login.ports import TimeCodes
from idp.login.service import Lockout
from idp.people.domain import AuthenticatorKind, AuthenticatorRecord
from idp.people.errors import AuthenticatorUnknown
from idp.people.ports import PasswordHashing
from idp.people.service import Authenticators
from idp.session.domain import Session
from idp.session.service import Sessions
from kernel.ids import AuthenticatorId
from kernel.proof.seal import Place, Sealer, SealRefused
from kernel.secret import Secret

_ROOM: Final = "idp.account"


@dataclass(frozen=True, slots=True)
class CodeEnrolment:
    """Adds a source of one-time codes, bound to the level of the session.

    The seed travels in the page, sealed to the session, so that nothing is kept of
    enrolments that are not finished.
    """

    authenticators: Authenticators
    codes: TimeCodes
    sealer: Sealer
    lockout: Lockout

    def begin(self, session: Session) -> tuple[Secret, str]:
        """Return a fresh seed, and the same sealed for the form."""
        seed = self.codes.fresh_seed()
        sealed = self.sealer.seal(seed.reveal().encode(), _place(session))
        return seed, base64.urlsafe_b64encode(sealed).decode("ascii")

    def seed_of(self, session: Session, sealed: str) -> Secret:
        """Open a sealed seed again.

        Raises:
            EnrolmentStale: made for another session, or changed.
        """
        try:
            envelope = base64.urlsafe_b64decode(sealed.encode("ascii"))
            return Secret(self.sealer.open(envelope, _place(session)).decode())
        except (SealRefused, binascii.Error, UnicodeError, ValueError) as cause:
            raise EnrolmentStale from cause

    def finish(
        self, session: Session, sealed: str, code: str, label: str
    ) -> AuthenticatorRecord:
        """Enrol the source once a code of it was entered; that code is used up.

        Raises:
            EnrolmentStale, CodeDoesNotFit, LockedOut: as they say; nothing is enrolled.
        """
        seed = self.seed_of(session, sealed)
        count = self.lockout.names.person(CountKind.CODE, session.person)
        self.lockout.reserve(count)
        now = self.lockout.around.clock()
        step = self.codes.step_of(seed, "".join(code.split()), now)
        if step is None:
            raise CodeDoesNotFit
        with self.lockout.around.work():
            record = self.authenticators.enrol_totp(
                session.person, seed, session.assurance.level, label[:100]
            )
            self.authenticators.take_step(record.id, step)
            self.lockout.succeeded(count)
        return record


@dataclass(frozen=True, slots=True)
class OwnMeans:
    """Changes the password and gives other means up."""

    authenticators: Authenticators
    sessions: Sessions
    hashing: PasswordHashing
    lockout: Lockout

    def change_password(self, session: Session, old: Secret, new: Secret) -> int:
        """Set another password, bound to this session's level; end the other sessions.

        Raises:
            NoPasswordHere, OldPasswordRefused, LockedOut, PasswordTooShort: as they say;
                the old one stays.
        """
        known = self.authenticators.first(session.person, AuthenticatorKind.PASSWORD)
        if known is None:
            raise NoPasswordHere
        count = self.lockout.names.person(CountKind.PASSWORD, session.person)
        self.lockout.reserve(count)
        if not self.hashing.verify(self.authenticators.secret(known.id), old):
            raise OldPasswordRefused
        encoded = self.authenticators.hashed(new)
        self.lockout.succeeded(count)
        with self.lockout.around.work():
            self.authenticators.set_hash(session.person, encoded, session.assurance.level)
            return self.sessions.end_all(
                session.person, "password_changed", spare=session.id
            )

    def remove(self, session: Session, authenticator: AuthenticatorId) -> None:
        """Give a means up that is no password.

        Whoever holds a weak session must not be able to take a strong means away.

        Raises:
            AuthenticatorUnknown: not theirs, or the password.
            SessionTooWeak: the session carries less than the means does.
        """
        known = {one.id: one for one in self.authenticators.of(session.person)}
        record = known.get(authenticator)
        if record is None or record.kind is AuthenticatorKind.PASSWORD:
            raise AuthenticatorUnknown(str(authenticator))
        if session.assurance.level < record.bound:
            raise SessionTooWeak(str(authenticator))
        self.authenticators.remove(session.person, authenticator)


def _place(session: Session) -> Place:
    return Place(_ROOM, "enrolment", str(session.id))
