"""One small write of many concurrent requests, in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from kernel.infra.db.gathering import Gathering
from kernel.infra.db.prepared import Prepared
from kernel.work import UnitOfWork

Parameters = Mapping[str, object]


class Writes(Protocol):
    """Runs one statement; `Database` does."""

    @property
    def in_unit_of_work(self) -> bool:
        """Whether a unit of work is open in this thread."""
        ...

    def unit_of_work(self) -> UnitOfWork:
        """Return the unit of work."""
        ...

    def write(self, statement: Prepared, parameters: Parameters) -> int:
        """Run it and return how many rows it touched."""
        ...


class GroupedWrite:
    """One statement whose concurrent runs share a commit; inside a unit of work it joins.

    The statement must not fail for one caller alone (``ON CONFLICT DO NOTHING``): a batch
    that fails fails for all in it. Runs are done in the order of the parameter ``by``, so
    that two processes cannot wait for each other's rows.
    """

    def __init__(self, db: Writes, statement: Prepared, *, by: str) -> None:
        """Take the database, the statement and the name of the parameter to order by."""
        self._db, self._statement, self._by = db, statement, by
        self._gathering: Gathering[Parameters, int] = Gathering(self._all)

    def __call__(self, parameters: Parameters) -> int:
        """Return how many rows it touched, once that is durable.

        Raises:
            Overloaded: too many wait already.
            DatabaseUnavailable: it could not be done.
        """
        if self._db.in_unit_of_work:
            return self._db.write(self._statement, parameters)
        return self._gathering(parameters)

    def _all(self, batch: Sequence[Parameters]) -> Sequence[int]:
        if len(batch) == 1:
            return [self._db.write(self._statement, batch[0])]
        touched = [0] * len(batch)
        # One type for all of them, whatever it is: digests, bytes, text.
        order = sorted(range(len(batch)), key=lambda at: cast("bytes", batch[at][self._by]))
        with self._db.unit_of_work()():
            for at in order:
                touched[at] = self._db.write(self._statement, batch[at])
        return touched
