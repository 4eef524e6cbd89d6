"""Requests that wait, and names that were used, in the relational database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update

from idp.oidc.domain.grants import Pending
from idp.oidc.domain.signed import Opened, Pushed
from idp.oidc.domain.transfers import TransferId
from idp.oidc.models import oidc_once, oidc_pending, oidc_pushed
from kernel.ids import InteractionId
from kernel.infra.db import Database, GroupedInsert, Prepared, delete_in_batches
from kernel.secret import Digest

_P, _U, _O = oidc_pending, oidc_pushed, oidc_once

_ADD: Final = Prepared(insert(_P))
_BY_INTERACTION: Final = Prepared(select(_P).where(_P.c.interaction == bindparam("sought")))
_TAKE: Final = Prepared(delete(_P).where(_P.c.interaction == bindparam("sought")))
_PUSH: Final = Prepared(insert(_U))
_PUSHED: Final = Prepared(select(_U).where(_U.c.request_uri == bindparam("sought")))
_USE_PUSHED: Final = Prepared(
    update(_U)
    .where(_U.c.request_uri == bindparam("sought"), _U.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class SqlPending:
    """The `PendingStore` over SQL."""

    db: Database

    def add(self, pending: Pending) -> None:
        """Keep a fresh one."""
        self.db.write(
            _ADD,
            {
                "interaction": pending.interaction,
                "client": pending.client,
                "parameters": dict(pending.parameters),
                "started_at": pending.started_at,
                "pushed": pending.pushed,
                "transfer": pending.transfer,
            },
        )

    def find(self, interaction: InteractionId) -> Pending | None:
        """Return one that was not taken."""
        row = self.db.read_one(_BY_INTERACTION, {"sought": interaction})
        if row is None:
            return None
        return Pending(
            interaction=interaction,
            client=row.client,
            parameters=row.parameters,
            started_at=row.started_at,
            pushed=row.pushed,
            transfer=None if row.transfer is None else TransferId(row.transfer),
        )

    def take(self, interaction: InteractionId) -> bool:
        """Remove it; True for exactly one caller."""
        return self.db.write(_TAKE, {"sought": interaction}) == 1

    def forget_before(self, instant: datetime) -> int:
        """Delete those begun before ``instant``."""
        over = _P.c.started_at < instant
        return delete_in_batches(self.db, _P, _P.c.interaction, over)


@dataclass(frozen=True, slots=True)
class SqlPushed:
    """The `PushedStore` over SQL: the WHERE clause is the lock."""

    db: Database

    def add(self, pushed: Pushed) -> None:
        """Keep a fresh one."""
        self.db.write(
            _PUSH,
            {
                "request_uri": pushed.digest,
                "client": pushed.client,
                "parameters": dict(pushed.opened.parameters),
                "is_signed": pushed.opened.is_signed,
                "is_proven": pushed.opened.is_proven,
                "expires_at": pushed.expires_at,
                "used_at": pushed.used_at,
            },
        )

    def find(self, digest: Digest) -> Pushed | None:
        """Return one, used and expired ones too."""
        row = self.db.read_one(_PUSHED, {"sought": digest})
        if row is None:
            return None
        opened = Opened(
            parameters=row.parameters,
            is_signed=row.is_signed,
            is_proven=row.is_proven,
            pushed=digest,
        )
        return Pushed(
            digest=digest,
            opened=opened,
            client=row.client,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )

    def use(self, digest: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        return self.db.write(_USE_PUSHED, {"sought": digest, "now": at}) == 1

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        over = _U.c.expires_at < instant
        return delete_in_batches(self.db, _U, _U.c.request_uri, over)


@dataclass(frozen=True, slots=True)
class SqlOnce:
    """The `OnceStore` over SQL: the primary key is the lock.

    Those who use names up at the same time share a commit.
    """

    db: Database
    _used: GroupedInsert = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay the one statement out."""
        used = GroupedInsert(self.db, _O, ("name", "until"), by="name")
        object.__setattr__(self, "_used", used)

    def use(self, name: Digest, until: datetime) -> bool:
        """Use a name up; True for exactly one caller before it is forgotten."""
        return self._used(name, until)

    def forget_before(self, instant: datetime) -> int:
        """Delete names that are kept until ``instant`` or less."""
        return delete_in_batches(self.db, _O, _O.c.name, _O.c.until <= instant)
