"""Statements as they lie ready to be fetched."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kernel.ids import EntityId

_TIMES: Final = frozenset({"iat", "exp"})


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
        registered_at: when something was first said about the subject.
        updated_at: when what is said last changed; renewals change nothing.
    """

    subject: EntityId
    kind: StatementKind
    token: str
    fingerprint: str
    issued_at: datetime
    expires_at: datetime
    entity_types: frozenset[str] = frozenset()
    is_intermediate: bool = False
    registered_at: datetime | None = None
    updated_at: datetime | None = None


def fingerprint(claims: Mapping[str, object], kid: str) -> str:
    """Return hex SHA-256 over what a statement says, its times left out, and its signer."""
    lasting = {name: value for name, value in claims.items() if name not in _TIMES}
    said = json.dumps([lasting, kid], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
