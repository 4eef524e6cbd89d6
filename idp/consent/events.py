"""What is recorded of consent: names of attributes, never their values."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """Somebody agreed to a release."""

    TYPE: ClassVar[str] = "consent.given"
    receipt: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRefused(Event):
    """Somebody did not agree."""

    TYPE: ClassVar[str] = "consent.refused"
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown(Event):
    """Somebody was told of a release that a law asks for, and went on."""

    TYPE: ClassVar[str] = "consent.notice_acknowledged"
    receipt: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """Somebody took a consent back."""

    TYPE: ClassVar[str] = "consent.withdrawn"
    receipt: str
