"""Relying parties in the relational database."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from idp.clients.domain import Client, ClientState, Registered, Registration
from idp.clients.errors import ClientExists, ClientMoved, ClientUnknown
from idp.clients.messages import ClientBody, client_body
from idp.clients.models import clients_client, clients_registration
from kernel.ids import ClientId, EntityId
from kernel.infra.db import AlreadyStored, Database
from kernel.web import Page, PageAsked, read_body, write_body

_T, _M = clients_client, clients_registration


@dataclass(frozen=True, slots=True)
class SqlClients:
    """The `ClientStore` over SQL."""

    db: Database

    def find(self, client: ClientId) -> Client:
        """Return one relying party.

        Raises:
            ClientUnknown: there is none of this name.
        """
        row = self.db.read_one(select(_T).where(_T.c.id == client))
        if row is None:
            raise ClientUnknown(client[:64])
        return _client(row)

    def add(self, client: Client) -> None:
        """Keep a new record.

        Raises:
            ClientExists: its identifier is taken.
        """
        try:
            self.db.write(insert(_T).values(id=client.id, **_columns(client)))
        except AlreadyStored as cause:
            raise ClientExists(client.id) from cause

    def replace(self, client: Client, version: int) -> None:
        """Put ``client`` in the place of its version ``version``: the WHERE is the lock.

        Raises:
            ClientMoved: the record is not of that version any more.
        """
        changed = self.db.write(
            update(_T)
            .where(_T.c.id == client.id, _T.c.version == version)
            .values(**_columns(client))
        )
        if changed != 1:
            raise ClientMoved(client.id)

    def page(self, asked: PageAsked) -> Page[Client]:
        """Return records in the order of their identifiers."""
        rows = self.db.read(
            select(_T)
            .where(_T.c.id > (asked.after or ""))
            .order_by(_T.c.id)
            .limit(asked.limit + 1)
        )
        shown = tuple(_client(row) for row in rows[: asked.limit])
        more = len(rows) > asked.limit
        return Page(shown, shown[-1].id if more else None)


def _columns(client: Client) -> dict[str, object]:
    return {
        "version": client.version,
        "state": client.state.value,
        "secret": client.secret,
        "person": client.person,
        "record": write_body(client_body(client)),
        "created_at": client.created_at,
    }


def _client(row: Row[*tuple[Any, ...]]) -> Client:
    said = read_body(ClientBody, json.dumps(row.record).encode())
    return replace(
        said.client(ClientId(row.id), row.created_at),
        version=row.version,
        state=ClientState(row.state),
        secret=row.secret,
    )


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
        replaced = update(_M).where(_M.c.entity == registered.entity).values(**columns)
        if self.db.write(replaced):
            return
        try:
            self.db.write(insert(_M).values(entity=registered.entity, **columns))
        except AlreadyStored:
            self.db.write(replaced)

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
