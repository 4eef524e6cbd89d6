"""What counts once, and what a request has not used up yet."""

from dataclasses import dataclass
from datetime import datetime

from kernel.errors import Refused
from kernel.secret import Digest


@dataclass(frozen=True, slots=True)
class OneTime:
    """The name of something signed that counts once.

    Attributes:
        name: digest of its kind, whoever signed it, and its ``jti``.
        until: nobody would believe what bears it after that.
        replayed: what a second use is refused with.
    """

    name: Digest
    until: datetime
    replayed: type[Refused]


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
