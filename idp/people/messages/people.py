"""Bodies of the API of people and organisations. Names are personal data: not for logs."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from idp.people.domain import (
    AuthenticatorRecord,
    Mandate,
    MandateRole,
    Organisation,
    Person,
    PersonClaims,
    PersonKind,
)
from kernel.web import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonBody:
    """Somebody new; a password given here is bound to level 1 and should be changed."""

    name: str
    kind: PersonKind = PersonKind.NATURAL
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesBody:
    """What somebody shall be allowed over the API."""

    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonBody:
    """Why; kept in the record."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReply:
    """Somebody without name and number: lists and changes show this."""

    id: UUID
    kind: str
    identity: int
    roles: tuple[str, ...]
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """Some people; ``next`` is sent back as ``after``."""

    people: tuple[PersonReply, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorReply:
    """One means of signing in, never its secret."""

    id: UUID
    kind: str
    bound: int
    enrolled_at: datetime
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetail:
    """One person as an operator who looks them up sees them."""

    person: PersonReply
    name: str
    username: str | None
    has_id_number: bool
    authenticators: tuple[AuthenticatorReply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationBody:
    """A new organisation by its 统一社会信用代码."""

    name: str
    uscc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationReply:
    """One organisation."""

    id: UUID
    name: str
    uscc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage:
    """Some organisations; ``next`` is sent back as ``after``."""

    organisations: tuple[OrganisationReply, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateBody:
    """Who may act for whom, how, until when."""

    person: UUID
    organisation: UUID
    role: MandateRole
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateReply:
    """One mandate."""

    id: UUID
    person: UUID
    organisation: UUID
    role: str
    until: datetime | None


def person_reply(person: Person) -> PersonReply:
    """Lay somebody out without name and number."""
    return PersonReply(
        id=person.id,
        kind=person.kind.value,
        identity=person.identity.value,
        roles=tuple(sorted(role.value for role in person.roles)),
        state=person.state.value,
        created_at=person.created_at,
    )


def person_detail(
    person: Person,
    claims: PersonClaims,
    username: str | None,
    authenticators: tuple[AuthenticatorRecord, ...],
) -> PersonDetail:
    """Lay one person out for an operator; the number stays sealed."""
    return PersonDetail(
        person=person_reply(person),
        name=claims.name,
        username=username,
        has_id_number=claims.id_number is not None,
        authenticators=tuple(_authenticator(one) for one in authenticators),
    )


def organisation_reply(organisation: Organisation) -> OrganisationReply:
    """Lay an organisation out."""
    return OrganisationReply(
        id=organisation.id, name=organisation.name, uscc=organisation.uscc
    )


def mandate_reply(mandate: Mandate) -> MandateReply:
    """Lay a mandate out."""
    return MandateReply(
        id=mandate.id,
        person=mandate.person,
        organisation=mandate.organisation,
        role=mandate.role.value,
        until=mandate.until,
    )


def _authenticator(record: AuthenticatorRecord) -> AuthenticatorReply:
    return AuthenticatorReply(
        id=record.id,
        kind=record.kind.value,
        bound=record.bound.value,
        enrolled_at=record.enrolled_at,
        label=record.label,
    )
