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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCancelled(Event):
    """Who proposed a change took it back before a second person decided."""

    TYPE: ClassVar[str] = "registry.proposal_cancelled"

    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAdded(Event):
    """An operator received evidence; ``digest`` is of the document."""

    TYPE: ClassVar[str] = "registry.evidence_added"

    member: MemberId
    kind: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDue(Event):
    """Evidence ends soon; the member was reminded."""

    TYPE: ClassVar[str] = "registry.evidence_due"

    member: MemberId
    kind: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLapsed(Event):
    """Evidence has ended and nothing has taken its place."""

    TYPE: ClassVar[str] = "registry.evidence_lapsed"

    member: MemberId
    kind: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionAdvised(Event):
    """Alarm: evidence is long over; somebody should decide about suspending."""

    TYPE: ClassVar[str] = "registry.suspension_advised"

    member: MemberId
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFailed(Event):
    """Alarm: what was well at the last look at an active member is so no longer."""

    TYPE: ClassVar[str] = "registry.watch_failed"

    member: MemberId
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRecovered(Event):
    """Everything that was looked at of a member is well again."""

    TYPE: ClassVar[str] = "registry.watch_recovered"

    member: MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEnding(Event):
    """Alarm: what a member says about itself ends soon and it has said nothing newer."""

    TYPE: ClassVar[str] = "registry.statement_ending"

    member: MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactProven(Event):
    """Somebody answered from a contact of a member."""

    TYPE: ClassVar[str] = "registry.contact_proven"

    member: MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProposed(Event):
    """A version of the registration policy was proposed."""

    TYPE: ClassVar[str] = "registry.policy_proposed"

    proposal: ProposalId
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAdopted(Event):
    """Two persons adopted a version of the registration policy."""

    TYPE: ClassVar[str] = "registry.policy_adopted"

    proposal: ProposalId
    policy: str
    persons: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGivenUp(Event):
    """A member has no contact that a notice could reach."""

    TYPE: ClassVar[str] = "registry.notice_given_up"

    member: MemberId
    action: str
