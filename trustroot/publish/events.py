"""What is recorded about publishing."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event
from kernel.ids import ProposalId


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChangeProposed(Event):
    """A new type of trust mark, or a mark for somebody, waits for a second person."""

    TYPE: ClassVar[str] = "publish.mark_change_proposed"

    proposal: ProposalId
    action: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChangeRefused(Event):
    """An approval about trust marks was refused: same person, other digest, too late."""

    TYPE: ClassVar[str] = "publish.mark_change_refused"

    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTypeAdded(Event):
    """A type of trust mark is issued here from now on."""

    TYPE: ClassVar[str] = "publish.mark_type_added"

    mark: str
    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkGranted(Event):
    """An entity may carry marks of a type; ``provider`` names it.

    The registration mark comes with membership: there is no proposal then.
    """

    TYPE: ClassVar[str] = "publish.mark_granted"

    mark: str
    proposal: ProposalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRevoked(Event):
    """A mark was taken back; ``provider`` held it.

    Without ``actor`` it went with the membership.
    """

    TYPE: ClassVar[str] = "publish.mark_revoked"

    mark: str
    basis: str = ""
