"""Names that were used and the events of what for, by one commit."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from idp.oidc.domain.one_time import OneTime
from idp.oidc.models import oidc_once
from idp.oidc.store.requests import SqlOnce
from kernel.events import BatchTrail, Event, Recorded
from kernel.infra.db import AlreadyStored, Database, Gathering

Asked = tuple[Sequence[OneTime], Recorded]

_COLUMNS: Final = ("name", "until")


class SqlOnceWithEvent:
    """The `OnceWithEvent` over SQL: the primary key of a name is the lock.

    Those who ask at the same time share two statements and a commit. Where one of their
    names was used before, the database takes none of it, and they are looked at one by
    one. Names go in their order, so that two processes cannot wait for each other's.
    """

    def __init__(self, db: Database, names: SqlOnce, trail: BatchTrail) -> None:
        """Lay the statement out; ``names`` and ``trail`` are kept in the same database."""
        self._db, self._names, self._trail = db, names, trail
        self._work = db.unit_of_work()
        self._use_all = db.batch_insert(oidc_once, _COLUMNS)
        self._gathering: Gathering[Asked, OneTime | None] = Gathering(self._all)

    def __call__(self, names: Sequence[OneTime], event: Event) -> OneTime | None:
        """Use names up and keep their event; a name that was used before, else None."""
        asked = names, self._trail.laid_out(event)
        if self._db.in_unit_of_work:
            return self._one_by_one([asked])[0]
        return self._gathering(asked)

    def _all(self, batch: Sequence[Asked]) -> Sequence[OneTime | None]:
        rows = sorted((one.name, one.until) for names, _ in batch for one in names)
        try:
            with self._work():
                self._use_all(rows)
                self._trail.keep([row for _, row in batch])
        except AlreadyStored:
            return self._one_by_one(batch)
        return [None] * len(batch)

    def _one_by_one(self, batch: Sequence[Asked]) -> Sequence[OneTime | None]:
        """Find out who comes second: a statement for each name, and still one commit."""
        every = [
            (one.name, at, one) for at, (names, _) in enumerate(batch) for one in names
        ]
        with self._work():
            used = {
                (at, name)
                for name, at, one in sorted(every, key=itemgetter(0, 1))
                if not self._names.use(name, one.until)
            }
            refused = [
                next((one for one in names if (at, one.name) in used), None)
                for at, (names, _) in enumerate(batch)
            ]
            self._trail.keep(
                [row for (_, row), one in zip(batch, refused, strict=True) if one is None]
            )
        return refused
