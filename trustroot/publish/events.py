"""What is recorded about publishing."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSigned(Event):
    """A statement was signed whose content is new; ``provider`` is its subject.

    Renewals that say the same again are not recorded.
    """

    TYPE: ClassVar[str] = "publish.statement_signed"

    kind: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRemoved(Event):
    """A statement was taken away: its subject may act no more; ``provider`` names it."""

    TYPE: ClassVar[str] = "publish.statement_removed"
