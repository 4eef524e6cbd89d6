"""How far superiors were read, and whom they have stopped, over SQL."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    and_,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from federation.domain import (
    FollowedSuperior,
)
from federation.models import EXCEPTION, SUPERIOR
from kernel.ids import EntityId
from kernel.infra.db import Database, upsert

_S: Final = SUPERIOR.c
_E: Final = EXCEPTION.c


@dataclass(frozen=True, slots=True)
class SqlSuperiors:
    """Implements `federation.ports.SuperiorStore`."""

    database: Database

    def follow(self, superiors: Collection[EntityId]) -> None:
        """Insert those that are new."""
        fresh = upsert(SUPERIOR).values(entity=bindparam("name"), number=0, alarmed=False)
        quiet = fresh.on_conflict_do_nothing(index_elements=["entity"])
        self.database.write(quiet, [{"name": superior} for superior in superiors])

    def keep(self, superior: FollowedSuperior) -> None:
        """Change one row."""
        self._change(superior, number=superior.number)

    def fail(self, superior: FollowedSuperior) -> None:
        """Change what is failing in one row."""
        self._change(superior)

    def _change(self, superior: FollowedSuperior, **number: int) -> None:
        changed = update(SUPERIOR).where(_S.entity == superior.entity)
        self.database.write(
            changed.values(
                failure=superior.failure,
                failing_since=superior.failing_since,
                alarmed=superior.alarmed,
                **number,
            )
        )

    def all(self) -> tuple[FollowedSuperior, ...]:
        """Read every row."""
        rows = self.database.read(select(SUPERIOR).order_by(_S.entity))
        return tuple(
            FollowedSuperior(
                entity=EntityId(row.entity),
                number=row.number,
                failure=row.failure,
                failing_since=row.failing_since,
                alarmed=row.alarmed,
            )
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class SqlExceptions:
    """Implements `federation.ports.ExceptionStore`."""

    database: Database

    def add(self, superior: EntityId, party: str) -> None:
        """Insert a row; a row that is there stays."""
        row = upsert(EXCEPTION).values(superior=superior, party=party)
        self.database.write(
            row.on_conflict_do_nothing(index_elements=["superior", "party"])
        )

    def remove(self, superior: EntityId, party: str) -> bool:
        """Delete a row, then look whether another superior has one."""
        ours = and_(_E.superior == superior, _E.party == party)
        if self.database.write(delete(EXCEPTION).where(ours)) == 0:
            return False
        held = select(exists().where(_E.party == party))
        return not self.database.read(held)[0][0]

    def of(self, superior: EntityId) -> tuple[str, ...]:
        """Read whom a superior has stopped."""
        rows = self.database.read(select(_E.party).where(_E.superior == superior))
        return tuple(row.party for row in rows)

    def holders(self, party: str) -> tuple[EntityId, ...]:
        """Read who has stopped a party."""
        rows = self.database.read(select(_E.superior).where(_E.party == party))
        return tuple(EntityId(row.superior) for row in rows)
