"""Time, handed in: rules and use cases never read a clock themselves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Protocol

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
CHINA: Final = timezone(timedelta(hours=8))
"""Time as people in China write it, the same everywhere and all year."""


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def __call__(self) -> datetime:
        """Return now; two calls never go backwards by more than the host's clock does."""
        ...


class SystemClock:
    """The host's clock."""

    def __call__(self) -> datetime:
        """Return the host's present instant in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class SetClock:
    """A clock that stands still until it is moved: tests and offline verification."""

    instant: datetime

    def __call__(self) -> datetime:
        """Return the instant it was set to."""
        return self.instant

    def advance(self, span: timedelta) -> None:
        """Move the clock by ``span``."""
        self.instant += span


def is_young(seen: datetime, now: datetime, span: timedelta) -> bool:
    """Tell whether what was seen at an instant is younger than ``span``.

    Of the future it is not: the host's clock was set back, and nobody knows its age.
    """
    return timedelta(0) <= now - seen < span


def epoch_seconds(instant: datetime) -> int:
    """Return whole seconds since 1970, as JWT NumericDate wants them (RFC 7519 §2)."""
    return (instant - _EPOCH) // _SECOND


def from_epoch_seconds(seconds: float) -> datetime:
    """Return the aware UTC instant of a NumericDate (RFC 7519 §2).

    Raises:
        ValueError: the number lies outside the years 1 to 9999.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as cause:
        raise ValueError(seconds) from cause
