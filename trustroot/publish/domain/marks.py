"""Trust marks: their types, who was granted one, and the marks that were signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from kernel.events import JsonValue
from kernel.ids import EntityId
from kernel.proof.statement import mark_name
from kernel.secret import Digest
from kernel.standing import Party, PartyKind

REGISTRATION: Final = "/marks/registration"
"""Behind the trust entity's identifier: the type that says who is registered here."""


class MarkStatus(StrEnum):
    """What a status answer says of a mark of ours (OpenID Federation 1.0 §8.4.2)."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkType:
    """A type of trust mark under our anchor (OpenID Federation 1.0 §7).

    Attributes:
        id: its URL, unlike any other's; what ``trust_mark_type`` says.
        issuers: who may issue it, ourselves among them or not.
        owner: whose type it is, with ``owner_jwks`` and, where we issue it, the owner's
            ``delegation`` to us (§7.2); None: ours.
        ref: where a person reads what it means.
    """

    id: str
    name_zh: str
    name_en: str
    issuers: tuple[EntityId, ...]
    owner: EntityId | None = None
    owner_jwks: Mapping[str, JsonValue] | None = None
    delegation: str | None = None
    logo_uri: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkGrant:
    """That an entity may carry marks of a type; there is one a type and entity.

    Attributes:
        until: when the agreement behind it ends; None: with its membership.
        revoked_at: since when it is taken back; granting anew takes two persons.
    """

    id: UUID
    mark_type: str
    subject: EntityId
    until: datetime | None
    granted_at: datetime
    revoked_at: datetime | None = None
    reason: str = ""

    def holds(self, now: datetime) -> bool:
        """Tell whether marks may be signed under it."""
        return self.revoked_at is None and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedMark:
    """A mark that was handed out, and what we say about it when asked.

    Attributes:
        digest: SHA-256 of ``token``, by which it is found.
        answer: the signed status response, ``answered_at`` its ``iat``.
    """

    digest: Digest
    mark_type: str
    subject: EntityId
    token: str
    issued_at: datetime
    expires_at: datetime
    status: MarkStatus
    answer: str
    answered_at: datetime


def mark_party(mark_type: str, subject: EntityId) -> Party:
    """Return the name of somebody's mark in the register of standing."""
    return Party(PartyKind.MARK, mark_name(mark_type, subject))
