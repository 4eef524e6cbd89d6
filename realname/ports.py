"""What verification and proofing need from others."""

from datetime import datetime
from typing import Protocol

from kernel.assurance import Level
from kernel.ids import PersonId, ProposalId, Pseudonym
from kernel.secret import Digest, Secret
from realname.domain import (
    CountKey,
    KeptRecord,
    RegisterAnswer,
    Represented,
    TwoElements,
    Verification,
    VerificationId,
)


class PopulationRegister(Protocol):
    """The authoritative register of people, somebody else's server.

    Calls out, so it is never asked inside a unit of work. A slow, wrong or absent answer,
    or one to another request, raises `RegisterUnavailable`.
    """

    def two_elements(self, asked: TwoElements, serial: str) -> RegisterAnswer:
        """Ask whether name and number belong together."""
        ...


class ProofedIdentity(Protocol):
    """A person, as far as proofing needs to know them."""

    @property
    def identity(self) -> Level:
        """The level on record."""
        ...


class ProofedPerson(Protocol):
    """The people of this installation. `idp.people.service.People` fits by shape.

    ``prove`` takes part in the surrounding unit of work.
    """

    def find(self, person: PersonId) -> ProofedIdentity:
        """Return one, or raise `kernel.errors.NotFound`."""
        ...

    def by_id_number(self, number: str) -> PersonId | None:
        """Return whose normalised number it is."""
        ...

    def prove(
        self, person: PersonId, level: Level, *, name: str, number: str, source: str
    ) -> None:
        """Put a proofing on record, or raise `kernel.errors.Refused`: never downwards."""
        ...


class PersonNames(Protocol):
    """How people are named in events. `idp.people.service.Pseudonyms` fits by shape."""

    def of(self, person: PersonId) -> Pseudonym:
        """Return the pseudonym of this epoch."""
        ...


class NewPeople(Protocol):
    """Makes people known and gives mandates. Takes part in the surrounding unit of work."""

    def enter(self, name: str, *, kind: str, username: str, actor: PersonId) -> PersonId:
        """Make somebody known at level 1; of one username the second raises `Conflict`."""
        ...

    def check_username(self, username: str) -> None:
        """Raise `kernel.errors.Refused` if it is malformed or taken."""
        ...

    def mandate(
        self, person: PersonId, organisation: Represented, *, actor: PersonId
    ) -> None:
        """Let somebody act for an organisation, entered if its number is new."""
        ...


class EnrolmentSeal(Protocol):
    """Makes of a password what may be kept. `idp.people.service.Authenticators` fits.

    Slow by intent, so it is never called inside a unit of work.
    """

    def hashed(self, password: Secret) -> Secret:
        """Return the encoded hash, or raise `kernel.errors.Refused` if it is too short."""
        ...


class Enrolment(Protocol):
    """Enrols means of signing in, bound to the level of the proofing.

    `idp.people.service.Authenticators` fits by shape. Takes part in the surrounding unit
    of work.
    """

    def set_hash(self, person: PersonId, encoded: Secret, bound: Level) -> object:
        """Put a hashed password in place of the old one."""
        ...

    def enrol_totp(self, person: PersonId, seed: Secret, bound: Level) -> object:
        """Give somebody a source of one-time codes."""
        ...

    def enrol_certificate(
        self, person: PersonId, key_digest: Digest, bound: Level
    ) -> object:
        """Let somebody sign in with a certificate, or raise `kernel.errors.Conflict`."""
        ...


class VerificationStore(Protocol):
    """Checks that were made. Names and numbers are sealed at rest, bound to their row."""

    def add(self, verification: Verification, elements: TwoElements) -> None:
        """Keep one."""
        ...

    def find(self, verification: VerificationId) -> Verification:
        """Return one, or raise `ReceiptUnknown`."""
        ...


class AttemptCounts(Protocol):
    """Attempts in windows. ``add`` is exact: n concurrent calls see n different counts."""

    def add(self, key: CountKey, at: datetime, since: datetime) -> int:
        """Count one more and return the count, in a fresh window if the last is over."""
        ...

    def give_back(self, key: CountKey) -> None:
        """Take one off again, down to 0: it was no attempt after all."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete windows that began before ``instant``; return how many."""
        ...


class WindowRecordStore(Protocol):
    """Sealed window records; part of the surrounding unit of work."""

    def add(self, record: KeptRecord) -> None:
        """Keep a fresh one."""
        ...

    def find(self, proposal: ProposalId) -> KeptRecord:
        """Return one, or raise `WindowRecordUnknown`."""
        ...

    def carried_out(self, proposal: ProposalId, person: PersonId) -> None:
        """Note who was proofed and erase the sealed content."""
        ...

    def erase_undecided(self, before: datetime) -> int:
        """Erase the content of records that nobody approved since ``before``."""
        ...
