"""Chance, handed in: rules and use cases never draw random numbers themselves."""

import base64
import os
import random
from dataclasses import dataclass, field
from typing import Protocol


class Entropy(Protocol):
    """Draws bytes nobody can predict."""

    def __call__(self, count: int) -> bytes:
        """Return ``count`` fresh random bytes."""
        ...


class SystemEntropy:
    """The operating system's generator."""

    def __call__(self, count: int) -> bytes:
        """Return ``count`` bytes from the operating system."""
        return os.urandom(count)


@dataclass(slots=True)
class SeededEntropy:
    """Repeatable bytes for tests; no room's ``build`` hands it to an installation."""

    seed: int = 0
    _source: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Start the sequence from the seed."""
        self._source = random.Random(self.seed)  # noqa: S311  tests want the same bytes again

    def __call__(self, count: int) -> bytes:
        """Return the next ``count`` bytes of the sequence."""
        return self._source.randbytes(count)


def token(entropy: Entropy, count: int = 32) -> str:
    """Return ``count`` random bytes as unpadded base64url text (256 bits by default)."""
    return base64.urlsafe_b64encode(entropy(count)).rstrip(b"=").decode("ascii")
