"""Upstreams' keys, and the logout tokens that were acted on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, null, select, update

from idp.broker.domain import KeptKeys
from idp.broker.models import broker_keys, broker_logout_seen
from kernel.ids import EntityId
from kernel.infra.db import Database, upsert

_K, _S = broker_keys, broker_logout_seen


@dataclass(frozen=True, slots=True)
class SqlKeys:
    """The `KeyStore` over SQL."""

    db: Database

    def find(self, entity: EntityId) -> KeptKeys | None:
        """Return what is kept."""
        row = self.db.read_one(select(_K).where(_K.c.entity == entity))
        if row is None:
            return None
        return KeptKeys(
            entity=EntityId(row.entity), uri=row.uri, jwks=row.jwks, tried_at=row.tried_at
        )

    def may_try(self, entity: EntityId, uri: str, at: datetime, pause: timedelta) -> bool:
        """Note an attempt; False if the last one at this address was too short ago."""
        here = update(_K).where(_K.c.entity == entity)
        again = here.where(_K.c.uri == uri, _K.c.tried_at <= at - pause)
        # Keys of another address are none of this one's.
        moved = here.where(_K.c.uri != uri).values(uri=uri, jwks=null())
        if self.db.write(again.values(tried_at=at)) or self.db.write(
            moved.values(tried_at=at)
        ):
            return True
        fresh = upsert(_K).values(entity=entity, uri=uri, tried_at=at)
        return self.db.write(fresh.on_conflict_do_nothing()) == 1

    def keep(self, entity: EntityId, uri: str, jwks: Mapping[str, object]) -> None:
        """Put a good set in place of the last one."""
        ours = (_K.c.entity == entity, _K.c.uri == uri)
        self.db.write(update(_K).where(*ours).values(jwks=dict(jwks)))


@dataclass(frozen=True, slots=True)
class SqlSeenLogouts:
    """The `SeenLogouts` over SQL: the primary key is the lock."""

    db: Database

    def first(self, issuer: EntityId, jti: str, until: datetime) -> bool:
        """Note one; True for exactly one of any number of calls."""
        seen = upsert(_S).values(issuer=issuer, jti=jti, until=until)
        return self.db.write(seen.on_conflict_do_nothing()) == 1

    def forget_before(self, instant: datetime) -> int:
        """Delete those that could not be presented again after ``instant``."""
        return self.db.write(delete(_S).where(_S.c.until < instant))
