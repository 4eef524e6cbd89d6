"""What is recorded about upstream providers and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kernel.events import Event, JsonValue, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRegistered(Event):
    """An upstream provider was entered by an operator."""

    TYPE: ClassVar[str] = "broker.provider_registered"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    after: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceChanged(Event):
    """An operator said that a provider is, or is no longer, out of use for a time."""

    TYPE: ClassVar[str] = "broker.maintenance_changed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredUpstream(Event):
    """A provider registered us as its relying party; ``anchor`` is whom both trust."""

    TYPE: ClassVar[str] = "broker.registered_upstream"

    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFailed(Event):
    """A provider did not register us, or its answer did not hold."""

    TYPE: ClassVar[str] = "broker.registration_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentUpstream(Event):
    """A browser was sent to an upstream; ``correlation`` is of the nonce sent along."""

    TYPE: ClassVar[str] = "broker.sent_upstream"

    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamAccepted(Event):
    """An upstream's word was taken, at the level its chain allows."""

    TYPE: ClassVar[str] = "broker.upstream_accepted"

    path: tuple[str, ...] = ()
    session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRefused(Event):
    """An upstream, or what it answered, was refused; ``reason`` says which rule."""

    TYPE: ClassVar[str] = "broker.upstream_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamDenied(Event):
    """The upstream, or the person there, said no; ``reason`` is its error code."""

    TYPE: ClassVar[str] = "broker.upstream_denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamSignedOut(Event):
    """An upstream ended a session; ``count`` sessions of ours that rested on it ended."""

    TYPE: ClassVar[str] = "broker.upstream_signed_out"

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutRefused(Event):
    """An upstream's logout token was refused; nothing ended."""

    TYPE: ClassVar[str] = "broker.logout_refused"
