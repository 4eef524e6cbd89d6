"""People as values: who somebody is to us, with what they sign in, for whom they act."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, Self
from uuid import UUID

from idp.people.errors import MandateMissing, NameMalformed, UsernameMalformed
from kernel.assurance import Level
from kernel.ids import AuthenticatorId, EntityId, OrganisationId, PersonId
from kernel.secret import Digest
from kernel.web import Role

MandateId = NewType("MandateId", UUID)

_USERNAME: Final = re.compile(r"[\w.-]{3,64}")
_NAME_LIMIT: Final = 100
_BLANKS: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
"""What keyboards and web pages write for a blank; U+3000 is that of Chinese ones."""


class PersonKind(StrEnum):
    """What somebody is to us; a natural person's sign-in serves all their roles."""

    NATURAL = "natural"
    LEGAL_AGENT = "legal_agent"
    CIVIL_SERVANT = "civil_servant"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class PersonState(StrEnum):
    """Whether somebody may sign in; the exception itself stands in `kernel.standing`."""

    ACTIVE = "active"
    DISABLED = "disabled"


class AuthenticatorKind(StrEnum):
    """With what somebody signs in."""

    PASSWORD = "password"  # noqa: S105  a kind, no secret
    TOTP = "totp"
    CERTIFICATE = "certificate"


class MandateRole(StrEnum):
    """How somebody acts for an organisation: 法定代表人, or 经办人 for a time."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Username:
    """A sign-in name in the one spelling it is compared in.

    Lock-out counts, look-ups and uniqueness all use this value, so that no second spelling
    of a name has a count of its own.
    """

    value: str

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Fold case and compatibility forms, then require the form.

        Raises:
            UsernameMalformed: not 3 to 64 letters, digits, ``.``, ``_`` or ``-``.
        """
        folded = unicodedata.normalize("NFKC", raw).casefold().strip()
        if not _USERNAME.fullmatch(folded):
            raise UsernameMalformed
        return cls(folded)


def checked_name(raw: str) -> str:
    """Return a person's or organisation's name, normalised (NFC), inner marks kept.

    A blank of whatever width is a blank.

    Raises:
        NameMalformed: empty, longer than 100 characters, or with control signs.
    """
    name = unicodedata.normalize("NFC", _BLANKS.sub(" ", raw)).strip()
    if not 0 < len(name) <= _NAME_LIMIT or not name.isprintable():
        raise NameMalformed
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody we know. Name and number are sealed and come from the service only.

    Attributes:
        identity: the level at which the person was proofed, by us or at an upstream.
        roles: what they may do over the API.
    """

    id: PersonId
    kind: PersonKind
    identity: Level
    roles: frozenset[Role]
    state: PersonState
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A sign-in name of somebody's own here. People known by links only have none."""

    username: Username
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorRecord:
    """One means of signing in.

    Attributes:
        bound: level of the session or proofing it was enrolled at; it carries no more.
        label: what the person calls it.
        key_digest: SHA-256 of the public key of a certificate; None for the other kinds.
    """

    id: AuthenticatorId
    person: PersonId
    kind: AuthenticatorKind
    bound: Level
    enrolled_at: datetime
    label: str = ""
    key_digest: Digest | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A legal person by its 统一社会信用代码 (GB 32100-2015)."""

    id: OrganisationId
    name: str
    uscc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Somebody acts for an organisation, in a role, until a day; None: until revoked."""

    id: MandateId
    person: PersonId
    organisation: OrganisationId
    role: MandateRole
    until: datetime | None

    def covers(self, organisation: OrganisationId, now: datetime) -> bool:
        """Tell whether it lets its person act for ``organisation`` now."""
        return self.organisation == organisation and (
            self.until is None or now < self.until
        )


def may_act_for(
    mandates: tuple[Mandate, ...], organisation: OrganisationId, now: datetime
) -> None:
    """Require a mandate that covers the organisation now.

    Raises:
        MandateMissing: there is none.
    """
    if not any(mandate.covers(organisation, now) for mandate in mandates):
        raise MandateMissing(str(organisation))


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamLink:
    """Another issuer's word for somebody: (issuer, subject), never a name or number."""

    issuer: EntityId
    subject: str
    person: PersonId
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationClaim:
    """An organisation somebody may act for now, as a relying party may learn it."""

    id: OrganisationId
    name: str
    uscc: str
    role: MandateRole
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonClaims:
    """What may be released of somebody, in clear. Never log it, never put it in an event.

    ``id_number`` is the 公民身份号码, None below level 2 or where it is not on record.
    """

    name: str
    identity: Level
    kind: PersonKind
    organisations: tuple[OrganisationClaim, ...] = ()
    id_number: str | None = None

    def __repr__(self) -> str:
        """Show no personal data."""
        return f"PersonClaims(identity={self.identity.value})"
