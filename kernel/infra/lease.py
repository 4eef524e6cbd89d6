"""Electing a leader over SQL, with a number that makes a leader of yesterday harmless."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Column, ColumnElement, String, Table, update

from kernel.clock import Clock
from kernel.errors import Conflict
from kernel.infra.db import Database, UtcInstant, metadata, upsert

LEASE: Final = Table(
    "lease",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
)
"""Who leads what; a row stays when its lease ends, for its ``fence`` must only rise."""

_C: Final = LEASE.c


class LeaseLost(Conflict):
    """The lease has expired or is another's: whatever rested on it must stop."""

    code = "lease_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to act alone under ``name`` until ``expires_at``.

    ``fence`` is higher than that of every earlier lease of that name.
    """

    name: str
    holder: str
    fence: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SqlLeases:
    """Leases kept in one table, all compared with the clock handed in.

    The clocks of the hosts must agree to much less than the time to live. Where they do
    not, two may believe to lead, and only the one whose `confirm` succeeds can commit.
    """

    database: Database
    clock: Clock

    def acquire(self, name: str, holder: str, ttl: timedelta) -> Lease | None:
        """Take the lease if nobody holds it; None if somebody does, ``holder`` included.

        ``holder`` names one process: two that use one name would both be refused.
        """
        now = self.clock()
        fresh = upsert(LEASE).values(
            name=name, holder=holder, fence=1, expires_at=now + ttl
        )
        taken = fresh.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "fence": _C.fence + 1, "expires_at": now + ttl},
            where=_C.expires_at <= now,
        ).returning(_C.fence)
        for row in self.database.write_returning(taken):
            return Lease(name=name, holder=holder, fence=row.fence, expires_at=now + ttl)
        return None

    def renew(self, lease: Lease, ttl: timedelta) -> Lease:
        """Make the lease last from now for ``ttl``.

        Raises:
            LeaseLost: it has expired.
        """
        until = self.clock() + ttl
        self._update(lease, self._is_held(lease), expires_at=until)
        return replace(lease, expires_at=until)

    def release(self, lease: Lease) -> None:
        """Let another take the lease at once; nothing happens if it is lost already."""
        mine = (_C.name == lease.name) & (_C.fence == lease.fence)
        self.database.write(update(LEASE).where(mine).values(expires_at=self.clock()))

    def confirm(self, lease: Lease) -> None:
        """Make what the open unit of work wrote depend on the lease.

        No other can take it before that unit of work ends.

        Raises:
            LeaseLost: it has expired; leave the unit of work by this error.
        """
        self._update(lease, self._is_held(lease), fence=lease.fence)

    def _is_held(self, lease: Lease) -> ColumnElement[bool]:
        mine = (_C.name == lease.name) & (_C.fence == lease.fence)
        return mine & (_C.expires_at > self.clock())

    def _update(
        self, lease: Lease, condition: ColumnElement[bool], **values: int | datetime
    ) -> None:
        if self.database.write(update(LEASE).where(condition).values(**values)) == 0:
            raise LeaseLost(lease.name)
