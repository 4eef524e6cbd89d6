"""Statements as they lie ready to be fetched."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.ids import EntityId

ENTITY_STATEMENT: str = "application/entity-statement+jwt"
"""The media type of configurations and statements (OpenID Federation 1.0 §15)."""


class StatementKind(StrEnum):
    """Whom a statement is about."""

    CONFIGURATION = "configuration"
    OWN = "own"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One signed statement.

    Attributes:
        subject: whom it is about; our own entity for the configuration.
        fingerprint: hex SHA-256 over all that it says except its times, and the key that
            signed it: when it differs, the statement is signed anew.
        entity_types: what the subject plays, for the list.
        is_intermediate: whether the subject has subordinates of its own.
    """

    subject: EntityId
    kind: StatementKind
    token: str
    fingerprint: str
    issued_at: datetime
    expires_at: datetime
    entity_types: frozenset[str] = frozenset()
    is_intermediate: bool = False
