"""Types of trust marks and who was granted one, over SQL."""

from dataclasses import dataclass, fields
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, insert, select

from kernel.ids import EntityId
from kernel.infra.db import AlreadyStored, Database, upsert
from trustroot.publish.domain import MarkGrant, MarkType
from trustroot.publish.errors import MarkTypeTaken, MarkTypeUnknown
from trustroot.publish.models import GRANTS, MARK_TYPES

AnyRow = Row[*tuple[Any, ...]]
_G: Final = GRANTS.c
_KEY: Final = ["mark_type", "subject"]


@dataclass(frozen=True, slots=True)
class SqlMarkTypes:
    """Implements `trustroot.publish.ports.MarkTypeStore`."""

    database: Database

    def add(self, kind: MarkType) -> None:
        """Keep a new type, or raise `MarkTypeTaken`."""
        values = {field.name: getattr(kind, field.name) for field in fields(kind)}
        values["issuers"] = list(kind.issuers)
        if kind.owner_jwks is not None:
            values["owner_jwks"] = dict(kind.owner_jwks)
        try:
            self.database.write(insert(MARK_TYPES).values(values))
        except AlreadyStored as cause:
            raise MarkTypeTaken(kind.id) from cause

    def find(self, identifier: str) -> MarkType:
        """Return one, or raise `MarkTypeUnknown`."""
        asked = select(MARK_TYPES).where(MARK_TYPES.c.id == identifier)
        row = self.database.read_one(asked)
        if row is None:
            raise MarkTypeUnknown(identifier[:200])
        return _type(row)

    def all(self) -> tuple[MarkType, ...]:
        """Return every type, in the order of their URLs."""
        rows = self.database.read(select(MARK_TYPES))
        return tuple(sorted(map(_type, rows), key=lambda kind: kind.id))


@dataclass(frozen=True, slots=True)
class SqlGrants:
    """Implements `trustroot.publish.ports.GrantStore`."""

    database: Database

    def put(self, grant: MarkGrant) -> None:
        """Keep a grant in place of the one for the same type and entity."""
        values = {field.name: getattr(grant, field.name) for field in fields(grant)}
        newer = {name: value for name, value in values.items() if name not in _KEY}
        put = upsert(GRANTS).values(values)
        self.database.write(put.on_conflict_do_update(index_elements=_KEY, set_=newer))

    def find(self, mark_type: str, subject: EntityId) -> MarkGrant | None:
        """Return the grant, if there is one, revoked or not."""
        asked = select(GRANTS).where(_G.mark_type == mark_type, _G.subject == subject)
        row = self.database.read_one(asked)
        return None if row is None else _grant(row)

    def of(self, subject: EntityId) -> tuple[MarkGrant, ...]:
        """Return what an entity was granted, in the order of types."""
        rows = self.database.read(select(GRANTS).where(_G.subject == subject))
        return tuple(sorted(map(_grant, rows), key=lambda grant: grant.mark_type))

    def page(
        self,
        *,
        mark_type: str | None,
        subject: EntityId | None,
        after: UUID | None,
        limit: int,
    ) -> tuple[MarkGrant, ...]:
        """Return some grants in the order of their ids, after one of them."""
        chosen = select(GRANTS).order_by(_G.id).limit(limit)
        if mark_type is not None:
            chosen = chosen.where(_G.mark_type == mark_type)
        if subject is not None:
            chosen = chosen.where(_G.subject == subject)
        if after is not None:
            chosen = chosen.where(_G.id > after)
        return tuple(map(_grant, self.database.read(chosen)))


def _type(row: AnyRow) -> MarkType:
    return MarkType(
        id=row.id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        issuers=tuple(EntityId(issuer) for issuer in row.issuers),
        owner=None if row.owner is None else EntityId(row.owner),
        owner_jwks=row.owner_jwks,
        delegation=row.delegation,
        logo_uri=row.logo_uri,
        ref=row.ref,
    )


def _grant(row: AnyRow) -> MarkGrant:
    return MarkGrant(
        id=row.id,
        mark_type=row.mark_type,
        subject=EntityId(row.subject),
        until=row.until,
        granted_at=row.granted_at,
        revoked_at=row.revoked_at,
        reason=row.reason,
    )
