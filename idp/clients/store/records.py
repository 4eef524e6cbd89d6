"""Relying parties in the relational database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, insert, select, update

from idp.clients.domain import Client, ClientState, OidcFacet
from idp.clients.errors import ClientExists, ClientMoved, ClientUnknown
from idp.clients.messages import ClientBody, client_body
from idp.clients.models import clients_client
from kernel.ids import ClientId
from kernel.infra.db import AlreadyStored, Database
from kernel.proof.jose import KeySet
from kernel.web import Page, PageAsked, read_body, write_body

_T = clients_client


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
        "sealed_secret": client.sealed_secret,
        "keys_read": _keys_read(client.oidc),
        "resumes": None if client.resumes is None else client.resumes.value,
        "person": client.person,
        "record": write_body(client_body(client)),
        "created_at": client.created_at,
    }


def _client(row: Row[*tuple[Any, ...]]) -> Client:
    said = read_body(ClientBody, json.dumps(row.record).encode())
    client = said.client(ClientId(row.id), row.created_at)
    return replace(
        client,
        version=row.version,
        state=ClientState(row.state),
        resumes=None if row.resumes is None else ClientState(row.resumes),
        secret=row.secret,
        sealed_secret=row.sealed_secret,
        oidc=_with_keys_read(client.oidc, row.keys_read),
    )


def _keys_read(facet: OidcFacet) -> object:
    """Keys that were read from the client's address: nobody said them, so kept apart."""
    if facet.jwks_uri is None or facet.keys is None:
        return None
    return facet.keys.to_jwks()


def _with_keys_read(facet: OidcFacet, kept: Mapping[str, object] | None) -> OidcFacet:
    return facet if kept is None else replace(facet, keys=KeySet.parse(kept))
