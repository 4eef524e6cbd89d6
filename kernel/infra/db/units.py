"""Units of work that are one call each: one of the callers does many back to back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kernel.errors import Decision
from kernel.infra.db.failures import DatabaseUnavailable
from kernel.infra.db.transaction import AfterCommit, Transaction, run_hooks

T = TypeVar("T")
Ambient = ContextVar[Transaction | None]


@dataclass(slots=True, eq=False)
class Unit(Generic[T]):
    """What somebody wants done in one unit of work, and what became of it.

    It runs in the context of whoever asked, whichever thread does it.
    """

    act: Callable[[], T]
    context: Context = field(default_factory=copy_context)
    hooks: list[AfterCommit] = field(default_factory=list)
    value: T | None = None
    failure: BaseException | None = None

    @property
    def is_undone(self) -> bool:
        """Whether nothing of it is to be kept: it failed, and not by a `Decision`."""
        return self.failure is not None and not isinstance(self.failure, Decision)

    def run(self, ambient: Ambient, transaction: Transaction) -> None:
        """Do it as a part of a transaction that others commit; a failure is kept."""
        try:
            self.value = self.context.run(self._within, ambient, transaction)
        except BaseException as failure:  # noqa: BLE001  it is whoever's who asked
            self.failure = failure

    def alone(self, work: Callable[[], AbstractContextManager[None]]) -> None:
        """Do it in a unit of work that nobody shares; a failure is kept."""
        try:
            self.value = self.context.run(self._in, work)
        except BaseException as failure:  # noqa: BLE001  it is whoever's who asked
            self.failure = failure

    def _in(self, work: Callable[[], AbstractContextManager[None]]) -> T:
        with work():
            return self.act()

    def settled(self, failure: Exception | None, transaction: Transaction) -> None:
        """Take what became of the round it was in; what was undone stays so."""
        if self.is_undone:
            return
        if failure is None:
            transaction.done()
            return
        transaction.undone()
        self.failure = DatabaseUnavailable(str(failure))
        self.failure.__cause__ = failure

    def _within(self, ambient: Ambient, transaction: Transaction) -> T:
        token = ambient.set(transaction)
        try:
            with transaction.part(is_first=False):
                return self.act()
        finally:
            ambient.reset(token)

    def outcome(self) -> T:
        """Do what was to follow, then return what it returned or raise what it raised."""
        run_hooks(self.hooks)
        if self.failure is not None:
            raise self.failure
        return self.value  # type: ignore[return-value]  # done without a failure
