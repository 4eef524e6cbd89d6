"""What is recorded about visitors who are handed over."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event
from kernel.ids import ClientId, GrantId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferIssued(Event):
    """A relying party got a ticket to hand its visitor over to ``target``."""

    TYPE: ClassVar[str] = "oidc.transfer_issued"

    transfer: str
    grant: GrantId
    session: SessionId
    target: ClientId
    hops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferArrived(Event):
    """A browser came with a ticket, which is used up; ``kind`` says whether it matched."""

    TYPE: ClassVar[str] = "oidc.transfer_arrived"

    transfer: str
    session: SessionId
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferMatched(Event):
    """The person picked the number of the other browser, or said no."""

    TYPE: ClassVar[str] = "oidc.transfer_matched"

    transfer: str
    session: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLeft(Event):
    """The browser at the door turned back: its ticket leads nowhere any more."""

    TYPE: ClassVar[str] = "oidc.transfer_left"

    transfer: str
    session: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRedeemed(Event):
    """A grant was derived from another by a ticket: one hop."""

    TYPE: ClassVar[str] = "oidc.transfer_redeemed"

    transfer: str
    grant: GrantId
    parent: GrantId
    session: SessionId
    hops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReplayed(Event):
    """A ticket came a second time; everything that came of it was revoked."""

    TYPE: ClassVar[str] = "oidc.transfer_replayed"

    transfer: str
