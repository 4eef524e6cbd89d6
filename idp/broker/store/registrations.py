"""What came of registering at providers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from idp.broker.domain import Registered, Slug
from idp.broker.models import broker_registration
from kernel.ids import ClientId, EntityId
from kernel.infra.db import Database, upsert

_R = broker_registration


@dataclass(frozen=True, slots=True)
class SqlRegistrations:
    """The `RegistrationStore` over SQL."""

    db: Database

    def find(self, slug: Slug) -> Registered | None:
        """Return what is kept."""
        row = self.db.read_one(select(_R).where(_R.c.provider == slug))
        return None if row is None else _registered(row)

    def keep(self, registered: Registered) -> None:
        """Put a new state in place of the last one."""
        values = {
            "client_id": registered.client_id,
            "anchor": registered.anchor,
            "expires_at": registered.expires_at,
            "next_at": registered.next_at,
            "failure": registered.failure,
        }
        written = upsert(_R).values(provider=registered.provider, **values)
        self.db.write(
            written.on_conflict_do_update(index_elements=["provider"], set_=values)
        )


def _registered(row: Row[*tuple[Any, ...]]) -> Registered:
    return Registered(
        provider=Slug(row.provider),
        client_id=None if row.client_id is None else ClientId(row.client_id),
        anchor=None if row.anchor is None else EntityId(row.anchor),
        expires_at=row.expires_at,
        next_at=row.next_at,
        failure=row.failure,
    )
