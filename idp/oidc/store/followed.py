"""Up to which number of standing this room has acted."""

from dataclasses import dataclass

from sqlalchemy import select

from idp.oidc.models import oidc_followed
from kernel.infra.db import Database, upsert

_F = oidc_followed
_ONE = 1


@dataclass(frozen=True, slots=True)
class SqlFollowed:
    """`idp.session.ports.FollowedNumber` over SQL: one row."""

    db: Database

    def read(self) -> int:
        """Return it; 0 before the first."""
        row = self.db.read_one(select(_F.c.number).where(_F.c.id == _ONE))
        return 0 if row is None else int(row.number)

    def advance(self, number: int) -> None:
        """Put a later one on record."""
        first = upsert(_F).values(id=_ONE, number=number)
        later = first.on_conflict_do_update(
            index_elements=["id"], set_={"number": first.excluded.number}
        )
        self.db.write(later)
