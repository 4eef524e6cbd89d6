"""Pictures of relying parties, in the relational database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, select

from idp.clients.domain import ClientState, Picture, PictureKind
from idp.clients.errors import PictureUnknown
from idp.clients.models import clients_client, clients_picture
from kernel.ids import ClientId
from kernel.infra.db import Database, Prepared, upsert
from kernel.secret import Digest

_P: Final = clients_picture
_ADD: Final = Prepared(
    upsert(_P)
    .values({column.name: bindparam(column.name) for column in _P.c})
    .on_conflict_do_nothing(index_elements=["client", "address"])
)
_OF: Final = Prepared(
    select(_P.c.digest).where(
        _P.c.client == bindparam("whose"), _P.c.address == bindparam("where")
    )
)


@dataclass(frozen=True, slots=True)
class SqlPictures:
    """The `PictureStore` over SQL."""

    db: Database

    def add(self, client: ClientId, address: str, picture: Picture, at: datetime) -> bool:
        """Keep a picture; False: there is one for this record and address already."""
        said = {
            "client": client,
            "address": address,
            "digest": picture.digest(),
            "kind": picture.kind.value,
            "width": picture.width,
            "height": picture.height,
            "body": picture.body,
            "read_at": at,
        }
        return self.db.write(_ADD, said) == 1

    def of(self, client: ClientId, address: str) -> Digest | None:
        """Return the name of the picture that is kept for a record and address."""
        row = self.db.read_one(_OF, {"whose": client, "where": address})
        return None if row is None else Digest(row.digest)

    def kept(self, client: ClientId) -> Mapping[str, Picture]:
        """Return all that is kept for a record, by address."""
        rows = self.db.read(select(_P).where(_P.c.client == client).order_by(_P.c.address))
        return {row.address: _picture(row) for row in rows}

    def find(self, digest: Digest) -> Picture:
        """Return a picture by its name, or raise `PictureUnknown`."""
        rows = self.db.read(select(_P).where(_P.c.digest == digest).limit(1))
        if not rows:
            raise PictureUnknown(digest.hex())
        return _picture(rows[0])

    def drop_others(self, client: ClientId, addresses: Sequence[str]) -> None:
        """Delete a record's pictures but for those of ``addresses``."""
        others = _P.c.address.not_in(list(addresses))
        self.db.write(delete(_P).where(_P.c.client == client, others))

    def forget_retired(self) -> int:
        """Delete the pictures of who is retired for good."""
        retired = select(clients_client.c.id).where(
            clients_client.c.state == ClientState.RETIRED.value
        )
        return self.db.write(delete(_P).where(_P.c.client.in_(retired)))


def _picture(row: Row[*tuple[Any, ...]]) -> Picture:
    kind = PictureKind(row.kind)
    return Picture(kind=kind, width=row.width, height=row.height, body=row.body)
