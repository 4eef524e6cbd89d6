"""What people do with their own means of signing in."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.trail.domain import EventProof, EventQuery, Logged
from audit.trail.errors import NotYetLogged
from idp.account.errors import (
    CodeDoesNotFit,
    EnrolmentStale,
    NoPasswordHere,
    OldPasswordRefused,
    ReleaseUnknown,
    SessionTooWeak,
)
from idp.account.ports import ReleaseLog
from idp.clients.domain import LocalText
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.consent.domain import Release
from idp.login.domain import CountKind
from idp.login.ports import TimeCodes
from idp.login.service import Lockout
from idp.people.domain import AuthenticatorKind, AuthenticatorRecord
from idp.people.errors import AuthenticatorUnknown
from idp.people.ports import PasswordHashing
from idp.people.service import Authenticators
from idp.session.domain import Delivery, Participant, Session
from idp.session.service import BROKER, Sessions, SignOuts
from kernel.ids import AuthenticatorId, ClientId, PersonId
from kernel.proof.seal import Place, Sealer, SealRefused
from kernel.proof.tlog import Checkpoint, commitment, leaf_hash, verify_inclusion
from kernel.secret import Secret

_ROOM: Final = "idp.account"
RELEASED: Final = ("oidc.code_issued", "oidc.device_allowed")
"""The events of a front that releases; each names the interaction and the claims.

An interaction ends with one of them: it is a browser's, or a device's.
"""


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
        except (SealRefused, ValueError) as cause:
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
        with self.lockout.attempt(count):
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


@dataclass(frozen=True, slots=True)
class NotTold:
    """A relying party that could not be told of a sign-out.

    ``client`` is None for the platform upstream, and for one that is no longer known.
    """

    client: LocalText | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Untold:
    """Finds where somebody may still be signed in after they signed out here."""

    sign_outs: SignOuts
    clients: ClientLookup

    def of(self, person: PersonId) -> tuple[NotTold, ...]:
        """Return who could not be told, the latest sign-out first."""
        return tuple(
            NotTold(self._name(participant), sign_out.started_at)
            for sign_out in self.sign_outs.undelivered_of(person)
            for participant in sign_out.with_state(Delivery.FAILED)
        )

    def _name(self, participant: Participant) -> LocalText | None:
        if participant.protocol == BROKER:
            return None
        try:
            found = self.clients.find(ClientId(participant.client))
        except ClientUnknown:
            return None
        return LocalText(found.name_zh, found.name_en)


@dataclass(frozen=True, slots=True)
class ReleaseEvidence:
    """Finds in the log what was released of somebody, and proves it."""

    log: ReleaseLog

    def located(
        self, releases: Sequence[Release]
    ) -> tuple[tuple[Release, int | None], ...]:
        """Return each release with its place in the log; None: not sequenced yet."""
        return tuple((one, self._index(one)) for one in releases)

    def proven(self, release: Release) -> EventProof:
        """Return the proof that a release is in the log.

        Raises:
            ReleaseUnknown: it is not sequenced yet.
        """
        logged = self._logged(release)
        if logged is None:
            raise ReleaseUnknown(str(release.interaction))
        try:
            return self.log.prove(logged.id)
        except NotYetLogged as cause:
            raise ReleaseUnknown(str(release.interaction)) from cause

    def verified(self, proof: EventProof) -> Checkpoint:
        """RFC 9162 §2.1.3.2: return the head in whose tree the proof puts its event.

        The head is our own, so its signature is left to whoever verifies elsewhere.

        Raises:
            ProofFailed: the event is not where the proof says.
        """
        head = Checkpoint.parse(proof.proof.note.text)
        leaf = leaf_hash(commitment(proof.nonce, dict(proof.event)))
        path = proof.proof.path
        verify_inclusion(leaf, proof.proof.index, head.size, path, head.root)
        return head

    def _index(self, release: Release) -> int | None:
        logged = self._logged(release)
        return None if logged is None else logged.index

    def _logged(self, release: Release) -> Logged | None:
        of_it = str(release.interaction)
        for kind in RELEASED:
            found = self.log.search(EventQuery(interaction=of_it, type=kind, limit=1))
            if found:
                return found[0]
        return None


def _place(session: Session) -> Place:
    return Place(_ROOM, "enrolment", str(session.id))
