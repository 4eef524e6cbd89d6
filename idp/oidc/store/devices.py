"""Requests of devices in the relational database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.models import oidc_device
from kernel.ids import ClientId, InteractionId
from kernel.infra.db import Database, delete_in_batches, upsert
from kernel.secret import Digest

_D = oidc_device


@dataclass(frozen=True, slots=True)
class SqlDevices:
    """The `DeviceStore` over SQL: the WHERE clause is the lock."""

    db: Database

    def add(self, request: DeviceRequest) -> bool:
        """Keep a fresh one; False: its user code is in use."""
        fresh = upsert(_D).values(
            code=request.code,
            user_code=request.user_code,
            client=request.client,
            parameters=dict(request.parameters),
            started_at=request.started_at,
            expires_at=request.expires_at,
            interval_s=int(request.interval.total_seconds()),
        )
        return self.db.write(fresh.on_conflict_do_nothing()) == 1

    def by_code(self, code: Digest) -> DeviceRequest | None:
        """Return one by its device code."""
        return _found(self.db.read_one(select(_D).where(_D.c.code == code)))

    def by_user_code(self, user_code: str) -> DeviceRequest | None:
        """Return one by what the person typed."""
        return _found(self.db.read_one(select(_D).where(_D.c.user_code == user_code)))

    def by_interaction(self, interaction: InteractionId) -> DeviceRequest | None:
        """Return the one that an interaction answers."""
        one = select(_D).where(_D.c.interaction == interaction)
        return _found(self.db.read_one(one))

    def polled(self, code: Digest, at: datetime, interval: timedelta) -> None:
        """Note that the device asked, and how long it waits from now on."""
        noted = {"polled_at": at, "interval_s": int(interval.total_seconds())}
        self.db.write(update(_D).where(_D.c.code == code).values(**noted))

    def take_up(self, code: Digest, interaction: InteractionId) -> bool:
        """Let an interaction answer it in place of any before; False: it is settled."""
        waiting = (_D.c.code == code, _D.c.settled_at.is_(None))
        taken = update(_D).where(*waiting).values(interaction=interaction)
        return self.db.write(taken) == 1

    def settle(self, code: Digest, interaction: InteractionId, at: datetime) -> bool:
        """End the waiting; True for exactly one caller of the interaction that answers."""
        waiting = (
            _D.c.code == code,
            _D.c.interaction == interaction,
            _D.c.settled_at.is_(None),
        )
        return self.db.write(update(_D).where(*waiting).values(settled_at=at)) == 1

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        return delete_in_batches(self.db, _D, _D.c.code, _D.c.expires_at < instant)


def _found(row: Row[*tuple[Any, ...]] | None) -> DeviceRequest | None:
    if row is None:
        return None
    return DeviceRequest(
        code=row.code,
        user_code=row.user_code,
        client=ClientId(row.client),
        parameters=row.parameters,
        started_at=row.started_at,
        expires_at=row.expires_at,
        interval=timedelta(seconds=row.interval_s),
        polled_at=row.polled_at,
        interaction=None if row.interaction is None else InteractionId(row.interaction),
        settled_at=row.settled_at,
    )
