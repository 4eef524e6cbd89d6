"""What is recorded about relying parties; operators' acts go to the oversight log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kernel.events import Event, JsonValue, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistered(Event):
    """A relying party was entered."""

    TYPE: ClassVar[str] = "clients.registered"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    after: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUpdated(Event):
    """A relying party's record was changed: only the members that differ, both ways."""

    TYPE: ClassVar[str] = "clients.updated"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    before: Mapping[str, JsonValue] = field(default_factory=dict)
    after: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRotated(Event):
    """A relying party got a new secret; the one before is void from now on."""

    TYPE: ClassVar[str] = "clients.secret_rotated"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientStateChanged(Event):
    """A relying party was approved, disabled, enabled or retired."""

    TYPE: ClassVar[str] = "clients.state_changed"
    STREAM: ClassVar[Stream] = Stream.OVERSIGHT

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKeysRead(Event):
    """A relying party serves other keys at its address than it did: ``kids`` of them."""

    TYPE: ClassVar[str] = "clients.keys_read"

    kids: tuple[str, ...]
