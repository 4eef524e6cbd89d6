"""What superiors state about changes, and how far we have read it."""

from dataclasses import dataclass
from datetime import datetime

from kernel.ids import EntityId


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperiorChange:
    """One numbered change that a superior states about a subordinate or a key."""

    number: int
    name: str
    subject: EntityId | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedSuperior:
    """A superior whose changes we read, and how far we have read.

    ``number`` is the last change that was taken over; ``failure`` the code of what keeps
    us from reading on since ``failing_since``.
    """

    entity: EntityId
    number: int = 0
    failure: str | None = None
    failing_since: datetime | None = None
