"""What superiors state about changes, and how far we have read it."""

from dataclasses import dataclass
from datetime import datetime

from kernel.ids import EntityId


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperiorChange:
    """One numbered change that a superior states about a subordinate, a key or a mark.

    Attributes:
        name: what the superior calls it, e.g. ``suspension``.
        subject: whom it is about.
        key: thumbprint of the key it is about (RFC 7638).
        mark_type: type of the mark of ``subject`` that it is about.
    """

    number: int
    name: str
    subject: EntityId | None = None
    key: str | None = None
    mark_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPage:
    """Some changes of a superior in their order, and how far reading has come with them."""

    number: int
    changes: tuple[SuperiorChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedSuperior:
    """A superior whose changes we read, and how far we have read.

    ``number`` is the last change that was taken over; ``failure`` the code of what keeps
    us from reading on since ``failing_since``; ``alarmed`` whether somebody was told.
    """

    entity: EntityId
    number: int = 0
    failure: str | None = None
    failing_since: datetime | None = None
    alarmed: bool = False
