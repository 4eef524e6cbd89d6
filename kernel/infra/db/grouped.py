"""Rows of many concurrent requests, in one transaction; each may be there already."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import BindParameter, Table, bindparam

from kernel.infra.db.columns import upsert
from kernel.infra.db.database import Database
from kernel.infra.db.failures import AlreadyStored
from kernel.infra.db.gathering import Gathering
from kernel.infra.db.prepared import Prepared

Values = tuple[object, ...]


class GroupedInsert:
    """Inserts a row unless it is there; those who do so at once share a commit.

    Whoever inserts it is told so, and nobody else is, however many ask at once. Inside a
    unit of work it joins that. Rows go in the order of one column, so that two processes
    cannot wait for each other's.
    """

    def __init__(
        self, db: Database, table: Table, columns: Sequence[str], *, by: str
    ) -> None:
        """Take the columns that are given, and the name of the one to order by."""
        self._db = db
        self._columns: Final = tuple(columns)
        self._by: Final = self._columns.index(by)
        given: dict[str, BindParameter[object]] = {
            name: bindparam(name) for name in self._columns
        }
        self._one = Prepared(upsert(table).values(**given).on_conflict_do_nothing())
        self._many = db.batch_insert(table, self._columns)
        self._gathering: Gathering[Values, bool] = Gathering(self._all)

    def __call__(self, *values: object) -> bool:
        """Return whether this call inserted the row, once that is durable.

        Raises:
            Overloaded: too many wait already.
            DatabaseUnavailable: it could not be done.
        """
        if self._db.in_unit_of_work:
            return self._alone(values)
        return self._gathering(values)

    def _alone(self, row: Values) -> bool:
        return self._db.write(self._one, dict(zip(self._columns, row, strict=True))) == 1

    def _all(self, batch: Sequence[Values]) -> Sequence[bool]:
        if len(batch) == 1:
            return [self._alone(batch[0])]
        order = sorted(range(len(batch)), key=lambda at: self._rank(batch[at]))
        try:
            self._many([batch[at] for at in order])
        except AlreadyStored:
            return self._one_by_one(batch, order)
        return [True] * len(batch)

    def _one_by_one(self, batch: Sequence[Values], order: Sequence[int]) -> Sequence[bool]:
        """Find out which of them are there: a statement for each, and still one commit."""
        inserted = [False] * len(batch)
        with self._db.unit_of_work()():
            for at in order:
                inserted[at] = self._alone(batch[at])
        return inserted

    def _rank(self, row: Values) -> bytes:
        # One type for all of them, whatever it is: digests, bytes, text.
        return cast("bytes", row[self._by])
