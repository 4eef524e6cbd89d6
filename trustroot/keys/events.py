"""What is recorded about keys."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysCreated(Event):
    """The installation got its first keys; ``kids`` are the active ones by purpose."""

    TYPE: ClassVar[str] = "keys.created"

    kids: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationAsked(Event):
    """An operator asked for the rotation of a purpose, by the rules or in an emergency."""

    TYPE: ClassVar[str] = "keys.rotation_asked"

    purpose: str
    emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotated(Event):
    """The next key of a purpose became active, the active one retired."""

    TYPE: ClassVar[str] = "keys.rotated"

    purpose: str
    active: str
    retired: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDestroyed(Event):
    """A key was destroyed: its private half is gone, it is published no more."""

    TYPE: ClassVar[str] = "keys.destroyed"

    purpose: str
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDistrusted(Event):
    """A key was distrusted at once; ``active`` signs in its place from now on."""

    TYPE: ClassVar[str] = "keys.distrusted"

    purpose: str
    kid: str
    active: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrustConfirmed(Event):
    """A second person confirmed that a key is distrusted."""

    TYPE: ClassVar[str] = "keys.distrust_confirmed"

    purpose: str
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrustUnconfirmed(Event):
    """Alarm: nobody confirmed a distrust within 24 hours; it stays in force."""

    TYPE: ClassVar[str] = "keys.distrust_unconfirmed"

    kid: str
