"""What happened to subordinates and keys, numbered, for others to follow."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kernel.ids import EntityId

EVENTS_A_PAGE: Final = 50
"""How many numbers a signed page has; its first one follows a multiple of this."""


class Happening(StrEnum):
    """Subordinate Events 1.0 §2.3 (event types); the last four are ours."""

    REGISTRATION = "registration"
    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    METADATA_UPDATE = "metadata_update"
    METADATA_POLICY_UPDATE = "metadata_policy_update"
    JWKS_UPDATE = "jwks_update"
    REINSTATEMENT = "reinstatement"
    KEY_DISTRUSTED = "key_distrusted"
    MARK_REVOKED = "mark_revoked"
    MARK_REINSTATED = "mark_reinstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event, before it has its number.

    Attributes:
        subject: whom it is about; None where it is about a key.
        kid: thumbprint of the key it is about.
        mark_type: the type of mark that was taken back, or granted again.
        version: version of the member that it follows; 0 where there is none.
    """

    happening: Happening
    at: datetime
    subject: EntityId | None = None
    kid: str | None = None
    mark_type: str | None = None
    description: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An event in its place. Number n is visible before n+1 is given out."""

    number: int
    event: Happened


def page_start(since: int, last: int) -> int:
    """Return after which number the page begins that has what follows ``since``.

    Whoever asks for more than there is gets the last page.
    """
    return min(since, last) // EVENTS_A_PAGE * EVENTS_A_PAGE
