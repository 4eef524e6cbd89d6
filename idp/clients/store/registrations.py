"""Registrations of members that federate themselves, in the relational database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from idp.clients.domain import Registered, Registration
from idp.clients.models import clients_registration
from kernel.ids import EntityId
from kernel.infra.db import Database, upsert

_M: Final = clients_registration


@dataclass(frozen=True, slots=True)
class SqlRegistrations:
    """The `RegistrationStore` over SQL."""

    db: Database

    def put(self, registered: Registered) -> None:
        """Keep a registration until its end; an earlier one is gone."""
        columns = {
            "registration": registered.registration.value,
            "chain": list(registered.chain),
            "secret": registered.secret,
            "registered_at": registered.registered_at,
            "expires_at": registered.expires_at,
        }
        kept = upsert(_M).values(entity=registered.entity, **columns)
        self.db.write(kept.on_conflict_do_update(index_elements=["entity"], set_=columns))

    def find(self, entity: EntityId) -> Registered | None:
        """Return one, expired ones too."""
        row = self.db.read_one(select(_M).where(_M.c.entity == entity))
        if row is None:
            return None
        return Registered(
            entity=entity,
            registration=Registration(row.registration),
            chain=tuple(row.chain),
            secret=row.secret,
            registered_at=row.registered_at,
            expires_at=row.expires_at,
        )

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        return self.db.write(delete(_M).where(_M.c.expires_at < instant))
