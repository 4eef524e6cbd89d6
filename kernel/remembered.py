"""What a process remembers: no more than it has room for."""

from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_KEPT: Final = 10_000


class Remembered(dict[K, V]):
    """A mapping that forgets everything when it is full.

    Whoever is asked about again is remembered again, so nobody need be chosen to be
    forgotten; and nobody fills the memory of a process that lives for weeks.
    """

    __slots__ = ("most",)

    def __init__(self, most: int = MOST_KEPT) -> None:
        """Take how many may be kept; start with none."""
        super().__init__()
        self.most = most

    def __setitem__(self, key: K, value: V) -> None:
        """Keep one; where there is no room for another, forget those that are kept."""
        if len(self) >= self.most and key not in self:
            self.clear()
        super().__setitem__(key, value)
