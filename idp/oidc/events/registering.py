"""What is recorded about clients that enter themselves."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRegistered(Event):
    """A member of the federation registered itself, by the chain along ``path``."""

    TYPE: ClassVar[str] = "oidc.member_registered"

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRefused(Event):
    """Somebody who wanted to register as a member was turned away."""

    TYPE: ClassVar[str] = "oidc.registration_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientEnteredItself(Event):
    """A client registered itself; ``origin`` says what let it in."""

    TYPE: ClassVar[str] = "oidc.client_entered_itself"

    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecordChanged(Event):
    """A client replaced or ended its own record; ``action`` says which."""

    TYPE: ClassVar[str] = "oidc.own_record_changed"

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecordRefused(Event):
    """Somebody who came to register a client, or to change its record, was turned away."""

    TYPE: ClassVar[str] = "oidc.own_record_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTicketIssued(Event):
    """An operator let somebody register ``count`` clients."""

    TYPE: ClassVar[str] = "oidc.registration_ticket_issued"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTicketEnded(Event):
    """An operator took a ticket back before its end."""

    TYPE: ClassVar[str] = "oidc.registration_ticket_ended"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT
