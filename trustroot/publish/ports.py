"""What publishing needs from below."""

from typing import Protocol

from kernel.ids import EntityId
from trustroot.publish.domain import Statement


class StatementStore(Protocol):
    """Signed statements, one per subject; part of the surrounding unit of work."""

    def put(self, statement: Statement) -> None:
        """Keep a statement in place of the one about the same subject."""
        ...

    def remove(self, subject: EntityId) -> None:
        """Take away the statement about a subject; none there is no error."""
        ...

    def find(self, subject: EntityId) -> Statement | None:
        """Return the statement about a subject, if there is one."""
        ...

    def all(self) -> tuple[Statement, ...]:
        """Return every statement, in the order of their subjects."""
        ...
