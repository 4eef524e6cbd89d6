"""Runs a transition table: states and actions are rows, not branches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Generic, TypeVar

from kernel.errors import Conflict

S = TypeVar("S")
A = TypeVar("A")


class Persons(IntEnum):
    """How many different people an action takes."""

    ONE = 1
    TWO = 2


class TransitionNotAllowed(Conflict):
    """The table has no row for this action in this state."""

    code = "transition_not_allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Generic[S, A]):
    """One row: where it starts, what is done, where it ends, by how many people."""

    source: S
    action: A
    target: S
    persons: Persons = Persons.ONE


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[S, A]):
    """A table of transitions, looked up by state and action."""

    rows: tuple[Transition[S, A], ...]
    _index: Mapping[tuple[S, A], Transition[S, A]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index the rows; two rows for one state and action are a mistake in the table."""
        index = {(row.source, row.action): row for row in self.rows}
        if len(index) != len(self.rows):
            msg = "two rows for one state and action"
            raise ValueError(msg)
        object.__setattr__(self, "_index", index)

    def step(self, state: S, action: A) -> Transition[S, A]:
        """Return the row for ``action`` in ``state``.

        Raises:
            TransitionNotAllowed: there is none.
        """
        row = self._index.get((state, action))
        if row is None:
            can = ", ".join(str(other) for other in self.actions(state)) or "nothing"
            raise TransitionNotAllowed(f"{action} in {state}; there: {can}")
        return row

    def actions(self, state: S) -> tuple[A, ...]:
        """Return what can be done in ``state``, in the order of the table."""
        return tuple(row.action for row in self.rows if row.source == state)

    def reachable(self, start: S) -> frozenset[S]:
        """Return every state that can follow from ``start``, itself included."""
        return _closure({start}, self.rows)


def _closure(seen: set[S], rows: Iterable[Transition[S, A]]) -> frozenset[S]:
    rows = tuple(rows)
    fresh = {row.target for row in rows if row.source in seen} - seen
    while fresh:
        seen |= fresh
        fresh = {row.target for row in rows if row.source in seen} - seen
    return frozenset(seen)
