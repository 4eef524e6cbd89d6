"""What is recorded about certificate authorities and certificates."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from kernel.events import Event, Stream
from kernel.ids import ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaChangeProposed(Event):
    """A change of an authority that takes two persons was proposed by the first."""

    TYPE: ClassVar[str] = "ca.change_proposed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    ca: UUID
    proposal: ProposalId
    action: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaMoved(Event):
    """An authority's state moved."""

    TYPE: ClassVar[str] = "ca.moved"

    ca: UUID
    action: str
    source: str
    target: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaSuspensionUnconfirmed(Event):
    """Nobody confirmed a suspension within 24 hours; it stays, and this is the alarm."""

    TYPE: ClassVar[str] = "ca.suspension_unconfirmed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    ca: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaChangeRefused(Event):
    """An approval was refused; nothing changed."""

    TYPE: ClassVar[str] = "ca.change_refused"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    proposal: ProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSigned(Event):
    """A new edition of the list says something new."""

    TYPE: ClassVar[str] = "ca.list_signed"

    sequence: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationListTaken(Event):
    """A newer revocation list of an authority was fetched and holds."""

    TYPE: ClassVar[str] = "ca.revocation_list_taken"

    ca: UUID
    sequence: str  # CRLNumber has up to 20 octets, more than a JSON number holds
