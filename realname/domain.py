"""Real-name verification as values: outcomes, receipts, counts, and records of a window."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from kernel.assurance import Level
from kernel.identifiers import IdentityNumber, compared_name
from kernel.ids import ClientId, PersonId, ProposalId, Pseudonym
from kernel.secret import Digest, Secret
from realname.errors import AttemptsExhausted, OwnProofing, WindowRecordMalformed

VerificationId = NewType("VerificationId", UUID)


class Outcome(StrEnum):
    """What a check ended with. Only operators and the record see which refusal it was.

    ``INVALID``: the number or name is not of its form, the register was not asked.
    ``OF_ANOTHER``: both belong together, and to somebody else's record here.
    """

    MATCH = "match"
    MISMATCH = "mismatch"
    NOT_FOUND = "not_found"
    DOCUMENT_LOST = "document_lost"
    DOCUMENT_EXPIRED = "document_expired"
    INVALID = "invalid"
    OF_ANOTHER = "of_another"
    UNAVAILABLE = "unavailable"


class Answer(StrEnum):
    """What people and other platforms are told: one neutral no, whatever the reason."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"


def answer(outcome: Outcome) -> Answer:
    """Return the neutral answer: pages of this kind were used to try names and numbers."""
    return Answer.CONFIRMED if outcome is Outcome.MATCH else Answer.NOT_CONFIRMED


class Basis(StrEnum):
    """On which ground the check is made (PIPL Art. 13)."""

    CONSENT = "consent"
    STATUTORY = "statutory"


@dataclass(frozen=True, slots=True)
class TwoElements:
    """A name and a number as a register compares them. Shows neither in its repr."""

    name: str = field(repr=False)
    number: IdentityNumber = field(repr=False)

    @classmethod
    def parse(cls, name: str, number: Secret, *, today: date) -> "TwoElements":
        """Normalise both.

        Raises:
            IdentifierRefused: one of them is not of its form.
        """
        parsed = IdentityNumber.parse(number.reveal(), today=today)
        return cls(compared_name(name), parsed)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAnswer:
    """What the register said to the request with our ``serial``."""

    outcome: Outcome
    source: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One check that was made: who asked, about whom, on which ground, how it ended.

    Attributes:
        person: whom it was for here; None for another platform's own user.
        client: the platform that asked over the API; None for ourselves.
        requested_by: who started it here, as events name them.
        source: the register that answered.
    """

    id: VerificationId
    person: PersonId | None
    client: ClientId | None
    basis: Basis
    outcome: Outcome
    source: str
    at: datetime
    requested_by: Pseudonym | None = None


class CountKind(StrEnum):
    """What checks are counted by."""

    PERSON = "person"
    NUMBER = "number"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class CountKey:
    """One count: its kind, and a keyed digest of whom or what it is about."""

    kind: CountKind
    name: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many checks a day may bring, by what they are counted by.

    A number may be tried by its holder a few times; a platform checks many people.
    """

    window: timedelta = timedelta(hours=24)
    per_person: int = 5
    per_number: int = 10
    per_client: int = 10_000

    def limit(self, kind: CountKind) -> int:
        """Return how many are allowed of a kind."""
        return {
            CountKind.PERSON: self.per_person,
            CountKind.NUMBER: self.per_number,
            CountKind.CLIENT: self.per_client,
        }[kind]


def within_allowance(count: int, limit: int) -> None:
    """Require that the count, this attempt included, is not above the limit.

    Raises:
        AttemptsExhausted: it is.
    """
    if count > limit:
        raise AttemptsExhausted


class PersonKind(StrEnum):
    """Whom a window may proof; operators and auditors are not made at a window."""

    NATURAL = "natural"
    LEGAL_AGENT = "legal_agent"
    CIVIL_SERVANT = "civil_servant"


class MandateRole(StrEnum):
    """How a company's agent acts for it: 法定代表人 or 经办人."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    AGENT = "agent"


class Document(StrEnum):
    """What was shown at the window."""

    RESIDENT_CARD = "resident_card"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENT_CARD = "permanent_resident_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Represented:
    """The organisation a company's agent acts for, and until when (None: until revoked)."""

    name: str
    uscc: str
    role: MandateRole = MandateRole.AGENT
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledMeans:
    """What the person will sign in with, in the form in which it may be kept.

    Attributes:
        password_hash: encoded Argon2id hash; the password itself was never kept.
        totp_seed: base32.
        certificate_key: SHA-256 of the certificate's public key (SPKI, DER).
    """

    password_hash: Secret | None = None
    totp_seed: Secret | None = None
    certificate_key: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecord:
    """What one operator saw and did at a window. Its personal data stay out of its repr.

    Attributes:
        person: who was proofed if known here already; None: they become known by this.
        username: sign-in name of somebody new.
        level: 3 (人证一致) or 4 (in person, 当面核验).
        office: where; for the record.
    """

    person: PersonId | None
    name: str = field(repr=False)
    number: IdentityNumber = field(repr=False)
    level: Level
    kind: PersonKind
    document: Document
    office: str
    username: str | None = field(default=None, repr=False)
    organisation: Represented | None = field(default=None, repr=False)
    means: EnrolledMeans = field(default_factory=EnrolledMeans, repr=False)

    @property
    def subject(self) -> str:
        """What the proposal is about: a person, or a number's holder who is new."""
        return "person:new" if self.person is None else f"person:{self.person}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """A window record at rest: sealed until it is decided, then only whom it was about.

    Attributes:
        content: sealed record with its means; None once it was approved.
        person: who was proofed; None while undecided for somebody new.
    """

    proposal: ProposalId
    content: bytes | None
    person: PersonId | None
    made_at: datetime


WINDOW_LEVELS: Final = (Level.REAL_PERSON, Level.STRONG)


def level_is_of_a_window(level: Level) -> None:
    """GB/T 40651-2021 身份保障: only levels 3 and 4 are proofed at a window.

    Raises:
        WindowRecordMalformed: another level.
    """
    if level not in WINDOW_LEVELS:
        raise WindowRecordMalformed("level")


def names_somebody(record: WindowRecord) -> None:
    """Require a sign-in name for somebody new, and none for somebody known.

    Raises:
        WindowRecordMalformed: as it says.
    """
    if (record.person is None) is (record.username is None):
        raise WindowRecordMalformed("person or username, one of them")


def agent_has_a_mandate(record: WindowRecord) -> None:
    """Company data alone are not enough, the agent's mandate is.

    Raises:
        WindowRecordMalformed: a company's agent without organisation, or another with one.
    """
    if (record.kind is PersonKind.LEGAL_AGENT) is (record.organisation is None):
        raise WindowRecordMalformed("organisation")


def is_of_somebody_else(record: WindowRecord, operator: PersonId) -> None:
    """NIST SP 800-63A-4: whoever proofs is another person than whoever is proofed.

    Raises:
        OwnProofing: the record is about the operator who acts.
    """
    if record.person == operator:
        raise OwnProofing
