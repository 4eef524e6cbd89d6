"""Other signed answers that lie ready: historical keys, events, hosted configurations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AnswerKind(StrEnum):
    """Which endpoint hands it out."""

    HISTORICAL_KEYS = "historical_keys"
    EVENTS_ABOUT = "events_about"
    EVENTS_SINCE = "events_since"
    REPRESENTED = "represented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One signed answer, known by kind and name.

    Attributes:
        name: a subordinate, the number a page begins after, a slug; "" where one is all.
        fingerprint: as of a statement: over what it says and who signs it.
        expires_at: None where it does not end.
    """

    kind: AnswerKind
    name: str
    token: str
    fingerprint: str
    issued_at: datetime
    expires_at: datetime | None = None
