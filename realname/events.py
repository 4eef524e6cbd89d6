"""What is recorded about verification and proofing; no name, no number."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event, Stream
from kernel.ids import ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoElementsChecked(Event):
    """A name and a number were compared; ``receipt`` finds the check."""

    TYPE: ClassVar[str] = "realname.two_elements_checked"

    result: str
    basis: str
    source: str
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRefused(Event):
    """A check was not made: too many attempts, or no answer from the register."""

    TYPE: ClassVar[str] = "realname.check_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecordProposed(Event):
    """One operator entered a proofing at a window."""

    TYPE: ClassVar[str] = "realname.window_record_proposed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    proposal: ProposalId
    digest: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecordApproved(Event):
    """A second person approved it and it was carried out, about ``subject``."""

    TYPE: ClassVar[str] = "realname.window_record_approved"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    proposal: ProposalId
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecordRefused(Event):
    """An approval was refused; nothing was carried out."""

    TYPE: ClassVar[str] = "realname.window_record_refused"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecordShownToOperator(Event):
    """An operator looked at the personal data of a record that waits."""

    TYPE: ClassVar[str] = "realname.window_record_shown"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    proposal: ProposalId
