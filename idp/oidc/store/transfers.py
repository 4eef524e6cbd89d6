"""Transfer tickets in the relational database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update

from idp.oidc.domain.transfers import Match, Transfer, TransferId
from idp.oidc.models import oidc_grant, oidc_transfer
from kernel.assurance import Level
from kernel.ids import ClientId, GrantId, InteractionId, PersonId, SessionId
from kernel.infra.db import Database, delete_in_batches
from kernel.secret import Digest

_G, _T = oidc_grant, oidc_transfer


@dataclass(frozen=True, slots=True)
class SqlTransfers:
    """The `TransferStore` over SQL: the WHERE clause is the lock."""

    db: Database

    def add(self, transfer: Transfer, ticket: Digest) -> None:
        """Keep a fresh one."""
        self.db.write(
            insert(_T).values(
                id=transfer.id,
                ticket=ticket,
                origin=transfer.origin,
                audience=transfer.audience,
                parent=transfer.parent,
                session=transfer.session,
                person=transfer.person,
                level=transfer.level.value,
                hops=transfer.hops,
                issued_at=transfer.issued_at,
                expires_at=transfer.expires_at,
            )
        )

    def by_ticket(self, ticket: Digest) -> Transfer | None:
        """Return the one of a ticket, redeemed and ended ones too."""
        return self._one(_T.c.ticket == ticket)

    def find(self, transfer: TransferId) -> Transfer | None:
        """Return one, redeemed and ended ones too."""
        return self._one(_T.c.id == transfer)

    def redeem(
        self, transfer: TransferId, interaction: InteractionId, match: Match, at: datetime
    ) -> bool:
        """Use its ticket up; True for exactly one caller, ever."""
        values = {"redeemed_at": at, "interaction": interaction, "match": match.value}
        return self._changed(transfer, _T.c.redeemed_at.is_(None), **values)

    def matched(self, transfer: TransferId) -> bool:
        """Note that the person matched a waiting one; True for exactly one caller."""
        waiting = and_(_T.c.match == Match.WAITING.value, _T.c.ended_at.is_(None))
        return self._changed(transfer, waiting, match=Match.MATCHED.value)

    def led_to(self, transfer: TransferId, child: GrantId) -> bool:
        """Note the grant that came of it; False: it has one already, or was ended."""
        open_still = and_(_T.c.child.is_(None), _T.c.ended_at.is_(None))
        return self._changed(transfer, open_still, child=child)

    def end(self, transfer: TransferId, at: datetime) -> Transfer | None:
        """End it, and read in the same statement what had come of it."""
        standing = and_(_T.c.id == transfer, _T.c.ended_at.is_(None))
        ended = update(_T).where(standing).values(ended_at=at).returning(*_T.c)
        return next((_transfer(row) for row in self.db.write_returning(ended)), None)

    def waiting_of(self, session: SessionId) -> tuple[Transfer, ...]:
        """Return those of a session that wait for a number, newest first."""
        waiting = and_(
            _T.c.session == session,
            _T.c.match == Match.WAITING.value,
            _T.c.ended_at.is_(None),
        )
        rows = self.db.read(select(_T).where(waiting).order_by(_T.c.id.desc()))
        return tuple(_transfer(row) for row in rows)

    def let_in(self, audience: ClientId, sid: str) -> tuple[Transfer, ...]:
        """Return those that a number match let in, by the partial index on ``sid``."""
        standing = and_(
            _G.c.sid == sid,
            _G.c.parent.is_not(None),
            _G.c.ended_at.is_(None),
            _T.c.audience == audience,
            _T.c.match == Match.MATCHED.value,
            _T.c.ended_at.is_(None),
        )
        chosen = select(_T).join(_G, _G.c.id == _T.c.child).where(standing)
        return tuple(_transfer(row) for row in self.db.read(chosen.order_by(_T.c.id)))

    def hops_to(self, grant: GrantId) -> int:
        """Return how many hops led to a grant; 0: none of ours did."""
        row = self.db.read_one(select(_T.c.hops).where(_T.c.child == grant))
        return 0 if row is None else int(row.hops)

    def forget_before(self, instant: datetime) -> int:
        """Delete the oldest that expired before ``instant``, in batches."""
        return delete_in_batches(self.db, _T, _T.c.id, _T.c.expires_at < instant)

    def _one(self, chosen: ColumnElement[bool]) -> Transfer | None:
        row = self.db.read_one(select(_T).where(chosen))
        return None if row is None else _transfer(row)

    def _changed(
        self, transfer: TransferId, before: ColumnElement[bool], **values: object
    ) -> bool:
        one = and_(_T.c.id == transfer, before)
        return self.db.write(update(_T).where(one).values(**values)) == 1


def _transfer(row: Row[Any]) -> Transfer:
    interaction, child = row.interaction, row.child
    return Transfer(
        id=TransferId(row.id),
        origin=ClientId(row.origin),
        audience=ClientId(row.audience),
        parent=GrantId(row.parent),
        session=SessionId(row.session),
        person=PersonId(row.person),
        level=Level(row.level),
        hops=row.hops,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        redeemed_at=row.redeemed_at,
        interaction=None if interaction is None else InteractionId(interaction),
        match=None if row.match is None else Match(row.match),
        child=None if child is None else GrantId(child),
        ended_at=row.ended_at,
    )
