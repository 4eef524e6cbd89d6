"""What people did to keys in a hurry, and why: kept to be looked at by a second person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kernel.approval import change_digest
from kernel.ids import PersonId, Pseudonym
from kernel.secret import Digest
from trustroot.keys.domain.records import Reason

CONFIRM_WITHIN: Final = timedelta(hours=24)
"""How long a distrust may wait for its second person before the alarm rises."""


class ActKind(StrEnum):
    """What one person may do at once."""

    DISTRUST = "distrust"
    EMERGENCY_ROTATION = "rotate"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the person, and their name in events."""

    person: PersonId
    pseudonym: Pseudonym | None


@dataclass(frozen=True, slots=True)
class Why:
    """A reason from the closed list, and a note that somebody can read years later."""

    reason: Reason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act about one key.

    ``second`` is who confirmed it; ``alarmed`` tells that nobody did in time.
    """

    kid: str
    kind: ActKind
    why: Why
    by: PersonId
    at: datetime
    second: PersonId | None = None
    confirmed_at: datetime | None = None
    alarmed: bool = False

    @property
    def digest(self) -> Digest:
        """What the second person confirms: the exact act."""
        change = {"reason": self.why.reason.value, "note": self.why.note}
        return change_digest(f"key:{self.kid}", self.kind.value, dict(change), 0)
