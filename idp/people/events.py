"""What is recorded of people: pseudonyms and levels, never names or numbers."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCreated(Event):
    """Somebody became known, by registration, by an operator or by an upstream link."""

    TYPE: ClassVar[str] = "people.person_created"
    kind: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDisabled(Event):
    """An operator took somebody's standing away."""

    TYPE: ClassVar[str] = "people.person_disabled"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEnabled(Event):
    """An operator gave somebody's standing back; what had ended stays ended."""

    TYPE: ClassVar[str] = "people.person_enabled"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesChanged(Event):
    """An operator changed what somebody may do over the API."""

    TYPE: ClassVar[str] = "people.roles_changed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Event):
    """An upstream subject got a person of its own."""

    TYPE: ClassVar[str] = "people.link_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRaised(Event):
    """A proofing raised somebody's identity level."""

    TYPE: ClassVar[str] = "people.identity_raised"
    source: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorEnrolled(Event):
    """Somebody got a means of signing in, bound to a level."""

    TYPE: ClassVar[str] = "people.authenticator_enrolled"
    kind: str
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorsRebound(Event):
    """A proofing bound the means used at it to the proofed level."""

    TYPE: ClassVar[str] = "people.authenticators_rebound"
    count: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorRemoved(Event):
    """Somebody gave a means of signing in up."""

    TYPE: ClassVar[str] = "people.authenticator_removed"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationCreated(Event):
    """A legal person became known."""

    TYPE: ClassVar[str] = "people.organisation_created"
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateGiven(Event):
    """Somebody may act for an organisation."""

    TYPE: ClassVar[str] = "people.mandate_given"
    organisation: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRevoked(Event):
    """Somebody may act for an organisation no longer."""

    TYPE: ClassVar[str] = "people.mandate_revoked"
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOpened(Event):
    """An operator began to bring a user base in."""

    TYPE: ClassVar[str] = "people.import_opened"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT
    batch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCommitted(Event):
    """A second person committed to exactly these rows."""

    TYPE: ClassVar[str] = "people.import_committed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT
    batch: str
    digest: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportUndone(Event):
    """A batch is being taken back."""

    TYPE: ClassVar[str] = "people.import_undone"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT
    batch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTakenBack(Event):
    """Somebody known only by a batch that was taken back is known no more."""

    TYPE: ClassVar[str] = "people.person_taken_back"
    batch: str
