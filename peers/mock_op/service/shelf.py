"""Values kept in memory under tokens that nobody can guess."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from kernel.entropy import Entropy, token
from kernel.secret import Digest, Secret

_MOST: int = 10_000


class Ends(Protocol):
    """Something with an end."""

    @property
    def until(self) -> datetime:
        """When it is no longer good."""
        ...


T = TypeVar("T", bound=Ends)


@dataclass(slots=True)
class Shelf(Generic[T]):
    """Each value under its own token; ``take`` gives it to one caller only."""

    entropy: Entropy
    _held: dict[Digest, T] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def put(self, value: T, now: datetime) -> Secret:
        """Keep a value; return its token."""
        fresh = Secret(token(self.entropy))
        with self._lock:
            self._forget_old(now)
            self._held[fresh.digest()] = value
        return fresh

    def see(self, presented: Secret, now: datetime) -> T | None:
        """Return what is kept under a token, and keep it."""
        with self._lock:
            return _alive(self._held.get(presented.digest()), now)

    def take(self, presented: Secret, now: datetime) -> T | None:
        """Return what is kept under a token, for the last time."""
        with self._lock:
            return _alive(self._held.pop(presented.digest(), None), now)

    def _forget_old(self, now: datetime) -> None:
        """Whoever asks again and again fills no memory."""
        for key, value in tuple(self._held.items()):
            if now >= value.until or len(self._held) >= _MOST:
                del self._held[key]


def _alive(value: T | None, now: datetime) -> T | None:
    return value if value is not None and now < value.until else None
