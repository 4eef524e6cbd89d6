"""Tickets, and what is kept of clients that entered themselves, in the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from idp.oidc.domain.registering import OwnRecord, Ticket
from idp.oidc.models import oidc_own_record, oidc_ticket
from kernel.ids import ClientId
from kernel.infra.db import Database
from kernel.secret import Digest

_T, _R = oidc_ticket, oidc_own_record


@dataclass(frozen=True, slots=True)
class SqlTickets:
    """The `TicketStore` over SQL: the WHERE clause is the lock."""

    db: Database

    def add(self, ticket: Ticket) -> None:
        """Keep a fresh one."""
        self.db.write(
            insert(_T).values(
                ticket=ticket.digest,
                issued_by=ticket.issued_by,
                issued_at=ticket.issued_at,
                expires_at=ticket.expires_at,
                uses_left=ticket.uses_left,
            )
        )

    def use(self, ticket: Digest, now: datetime) -> bool:
        """Use one up once; False: unknown, spent or over."""
        fewer = update(_T).where(*_usable(ticket, now)).values(uses_left=_T.c.uses_left - 1)
        return self.db.write(fewer) == 1

    def holds(self, ticket: Digest, now: datetime) -> bool:
        """Tell whether a use of one is left now; nothing is used up."""
        left = select(_T.c.uses_left).where(*_usable(ticket, now))
        return self.db.read_one(left) is not None

    def end(self, ticket: Digest) -> bool:
        """Delete one; False: there was none."""
        return self.db.write(delete(_T).where(_T.c.ticket == ticket)) == 1

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        return self.db.write(delete(_T).where(_T.c.expires_at < instant))


@dataclass(frozen=True, slots=True)
class SqlOwnRecords:
    """The `OwnRecords` over SQL."""

    db: Database

    def add(self, own: OwnRecord) -> None:
        """Keep a fresh one."""
        values = {**_columns(own), "registered_at": own.registered_at}
        self.db.write(insert(_R).values(client=own.client, **values))

    def find(self, client: ClientId) -> OwnRecord | None:
        """Return one, None: the client did not enter itself, or left."""
        row = self.db.read_one(select(_R).where(_R.c.client == client))
        if row is None:
            return None
        return OwnRecord(
            client=client,
            token=row.token,
            previous=row.previous,
            said=row.said,
            registered_at=row.registered_at,
        )

    def put(self, own: OwnRecord, *, over: OwnRecord) -> bool:
        """Take the place of ``over``; False: its tokens are not those kept any more."""
        before = (
            _R.c.client == over.client,
            _R.c.token == over.token,
            _R.c.previous.is_not_distinct_from(over.previous),
        )
        return self.db.write(update(_R).where(*before).values(**_columns(own))) == 1

    def remove(self, client: ClientId) -> None:
        """Delete one."""
        self.db.write(delete(_R).where(_R.c.client == client))


def _usable(ticket: Digest, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _T.c.ticket == ticket, _T.c.uses_left > 0, _T.c.expires_at > now


def _columns(own: OwnRecord) -> dict[str, object]:
    return {"token": own.token, "previous": own.previous, "said": dict(own.said)}
