"""What counts once, and what a request has not used up yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from kernel.secret import Digest

Refuse = Callable[[], NoReturn]


@dataclass(frozen=True, slots=True)
class OneTime:
    """The name of something signed that counts once.

    Attributes:
        name: digest of its kind, whoever signed it, and its ``jti``.
        until: nobody would believe what bears it after that.
        refuse: the rule that refuses a second use, by raising.
    """

    name: Digest
    until: datetime
    refuse: Refuse


class Unspent:
    """Names that a request will have used up, whatever comes of it.

    Whoever takes them uses them up; of two who ask the second gets none.
    """

    __slots__ = ("_names",)

    def __init__(self) -> None:
        """Start with nothing shown."""
        self._names: tuple[OneTime, ...] = ()

    def add(self, one: OneTime) -> None:
        """Note what was shown and believed."""
        self._names += (one,)

    def taken(self) -> tuple[OneTime, ...]:
        """Return the names in the order in which they were shown, to use them up now."""
        names, self._names = self._names, ()
        return names
