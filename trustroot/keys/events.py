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
    """An operator asked for the rotation of a purpose."""

    TYPE: ClassVar[str] = "keys.rotation_asked"

    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotated(Event):
    """The next key of a purpose became active, the active one retired."""

    TYPE: ClassVar[str] = "keys.rotated"

    purpose: str
    active: str
    retired: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDestroyed(Event):
    """A retired key was destroyed: its private half is gone, it is published no more."""

    TYPE: ClassVar[str] = "keys.destroyed"

    purpose: str
    kid: str
