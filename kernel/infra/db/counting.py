"""Counting statements, for tests that hold a flow to its cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

_FRAME: Final = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(slots=True)
class Count:
    """What was sent to the database while counting, by any thread of this process."""

    statements: list[str] = field(default_factory=list)
    frame: list[str] = field(default_factory=list)

    def note(self, sql: str) -> None:
        """Keep one statement; BEGIN, COMMIT and their like are kept apart."""
        (self.frame if sql.startswith(_FRAME) else self.statements).append(sql)

    @property
    def commits(self) -> int:
        """How many units of work were committed."""
        return self.frame.count("COMMIT")

    def __len__(self) -> int:
        """Return how many statements were run, the transaction's frame not counted."""
        return len(self.statements)


class Counts:
    """Those who are counting just now; usually nobody."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        """Start with nobody."""
        self._open: list[Count] = []

    def note(self, sql: str) -> None:
        """Tell everybody who counts of one statement."""
        for count in self._open:
            count.note(sql)

    @contextmanager
    def counting(self) -> Iterator[Count]:
        """Count until the block is left."""
        count = Count()
        self._open.append(count)
        try:
            yield count
        finally:
            # By identity: two counts of the same statements are equal.
            self._open = [other for other in self._open if other is not count]
