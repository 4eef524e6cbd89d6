"""What is recorded of interactions, sessions and sign-outs."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionBegun(Event):
    """A relying party asked for somebody."""

    TYPE: ClassVar[str] = "session.interaction_begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionEnded(Event):
    """An interaction got its outcome: signed in, or denied with a reason."""

    TYPE: ClassVar[str] = "session.interaction_ended"
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted(Event):
    """Somebody signed in."""

    TYPE: ClassVar[str] = "session.session_started"
    session: str
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStrengthened(Event):
    """The same person proved more in the same session."""

    TYPE: ClassVar[str] = "session.session_strengthened"
    session: str
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Event):
    """A session ended."""

    TYPE: ClassVar[str] = "session.session_ended"
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutBegun(Event):
    """The participants of an ended session are being told."""

    TYPE: ClassVar[str] = "session.sign_out_begun"
    session: str
    sign_out: str
    participants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutShown(Event):
    """One participant's address was laid into the sign-out page of the browser."""

    TYPE: ClassVar[str] = "session.sign_out_shown"
    session: str
    sign_out: str
    protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutOrdered(Event):
    """An operator had those told again who could not be reached."""

    TYPE: ClassVar[str] = "session.sign_out_ordered"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT
    session: str
    sign_out: str
    participants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutDelivered(Event):
    """One participant was told."""

    TYPE: ClassVar[str] = "session.sign_out_delivered"
    session: str
    sign_out: str
    protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutFailed(Event):
    """One participant could not be told, for good."""

    TYPE: ClassVar[str] = "session.sign_out_failed"
    session: str
    sign_out: str
    protocol: str
