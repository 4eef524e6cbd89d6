"""Counts of user codes that were typed, by address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, update

from idp.oidc.models import oidc_guess
from kernel.infra.db import Database, delete_in_batches, upsert
from kernel.secret import Digest

_G = oidc_guess


@dataclass(frozen=True, slots=True)
class SqlGuesses:
    """The `GuessStore` over SQL: counting is one statement."""

    db: Database

    def add(self, name: Digest, at: datetime, since: datetime) -> int:
        """Count one more; a window that began at ``since`` or before begins anew."""
        over = _G.c.since <= since
        fresh = upsert(_G).values(name=name, guesses=1, since=at)
        counted = fresh.on_conflict_do_update(
            index_elements=["name"],
            set_={
                "guesses": case((over, 1), else_=_G.c.guesses + 1),
                "since": case((over, fresh.excluded.since), else_=_G.c.since),
            },
        ).returning(_G.c.guesses)
        (row,) = self.db.write_returning(counted)
        return int(row.guesses)

    def give_back(self, name: Digest) -> None:
        """Take one off again: it was no guess."""
        counted = (_G.c.name == name, _G.c.guesses > 0)
        self.db.write(update(_G).where(*counted).values(guesses=_G.c.guesses - 1))

    def forget_before(self, instant: datetime) -> int:
        """Delete windows that began before ``instant``."""
        return delete_in_batches(self.db, _G, _G.c.name, _G.c.since < instant)
