"""What is recorded about members."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event
from kernel.ids import MemberId, ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMoved(Event):
    """A member's state moved, or its terms changed; ``provider`` is its entity."""

    TYPE: ClassVar[str] = "registry.member_moved"

    member: MemberId
    action: str
    source: str
    target: str
    version: int
    basis: str = ""
    persons: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberApplied(Event):
    """Somebody applied for membership."""

    TYPE: ClassVar[str] = "registry.member_applied"

    member: MemberId
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProposed(Event):
    """A change that takes two persons was proposed by the first."""

    TYPE: ClassVar[str] = "registry.change_proposed"

    member: MemberId
    proposal: ProposalId
    action: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRefused(Event):
    """An approval was refused: same person, other digest, or the member has moved."""

    TYPE: ClassVar[str] = "registry.change_refused"

    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFailed(Event):
    """The technical check of a member found something wrong."""

    TYPE: ClassVar[str] = "registry.check_failed"

    member: MemberId
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionUnconfirmed(Event):
    """Alarm: nobody confirmed a suspension within 24 h; it stays in force."""

    TYPE: ClassVar[str] = "registry.suspension_unconfirmed"

    member: MemberId
