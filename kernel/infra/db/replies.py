"""Answers kept by idempotency key: implements `kernel.web.ReplyStore`.

An answer may hold what is shown this once, such as a new client's secret: bodies are
sealed.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, ColumnElement, Integer, String, Table, delete, select, update

from kernel.clock import Clock
from kernel.infra.db.columns import (
    DigestColumn,
    Json,
    SealedBytes,
    UtcInstant,
    metadata,
    upsert,
)
from kernel.infra.db.database import Database
from kernel.proof.seal import Place, Sealer
from kernel.secret import Digest
from kernel.web import Reply
from kernel.web.idempotency import Hold, KeyInUse, KeyReused

KEPT: Final = timedelta(hours=24)
LAPSES: Final = timedelta(minutes=2)
"""How long a key is held unanswered: longer than any endpoint may take that calls out."""

REPLY: Final = Table(
    "kept_reply",
    metadata,
    Column("owner", String(512), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("fingerprint", DigestColumn, nullable=False),
    Column("at", UtcInstant, nullable=False, index=True),
    Column("status", Integer),
    Column("headers", Json),
    Column("body", SealedBytes),
)
_C: Final = REPLY.c


class SqlReplies:
    """Kept answers in one table; a key is held by inserting its row."""

    def __init__(self, database: Database, clock: Clock, sealer: Sealer) -> None:
        """Take the database, the clock that ages the answers, and what seals them."""
        self._database = database
        self._clock = clock
        self._sealer = sealer

    def claim(self, owner: str, key: str, fingerprint: Digest) -> Reply | None:
        """Insert the row, or return what it holds; a second caller waits for the first.

        Raises:
            KeyReused: the key was taken with another fingerprint.
        """
        if self._inserted(owner, key, fingerprint, self._clock()):
            return None
        return self._kept(owner, key, fingerprint)

    def keep(self, owner: str, key: str, reply: Reply) -> None:
        """Fill the claimed row in."""
        ours = update(REPLY).where(_C.owner == owner, _C.key == key)
        self._database.write(ours.values(self._filled(owner, key, reply)))

    def hold(self, owner: str, key: str, fingerprint: Digest) -> Hold | Reply:
        """Insert the row, take over one that lapsed, or return what it holds.

        Raises:
            KeyReused: the key was taken with another fingerprint.
            KeyInUse: it is held, and the hold has not lapsed.
        """
        hold = Hold(owner, key, self._clock())
        if self._inserted(owner, key, fingerprint, hold.since):
            return hold
        kept = self._kept(owner, key, fingerprint)
        if kept is not None:
            return kept
        if self._taken_over(hold):
            return hold
        raise KeyInUse(key)

    def settle(self, hold: Hold, reply: Reply) -> None:
        """Fill the held row in, if it is still of this hold."""
        filled = self._filled(hold.owner, hold.key, reply)
        self._database.write(update(REPLY).where(*_unanswered(hold)).values(filled))

    def release(self, hold: Hold) -> None:
        """Delete the held row, if it is still of this hold."""
        self._database.write(delete(REPLY).where(*_unanswered(hold)))

    def expire(self) -> None:
        """Drop answers older than a day."""
        self._database.write(delete(REPLY).where(_C.at < self._clock() - KEPT))

    def _inserted(self, owner: str, key: str, fingerprint: Digest, at: datetime) -> bool:
        row = {"owner": owner, "key": key, "fingerprint": fingerprint, "at": at}
        taken = (
            upsert(REPLY)
            .values(**row)
            .on_conflict_do_nothing(index_elements=["owner", "key"])
        )
        return self._database.write(taken) == 1

    def _taken_over(self, hold: Hold) -> bool:
        """Of two that see one lapsed hold, the instant lets one through."""
        lapsed = update(REPLY).where(
            _C.owner == hold.owner,
            _C.key == hold.key,
            _C.status.is_(None),
            _C.at <= hold.since - LAPSES,
        )
        return self._database.write(lapsed.values(at=hold.since)) == 1

    def _filled(self, owner: str, key: str, reply: Reply) -> dict[str, object]:
        return {
            "status": reply.status,
            "headers": [list(header) for header in reply.headers],
            "body": self._sealer.seal(reply.body, _place(owner, key)),
        }

    def _kept(self, owner: str, key: str, fingerprint: Digest) -> Reply | None:
        held = self._database.read_one(
            select(_C.fingerprint, _C.status, _C.headers, _C.body).where(
                _C.owner == owner, _C.key == key
            )
        )
        if held is None or held.fingerprint != fingerprint:
            raise KeyReused(key)
        if held.status is None:
            return None
        headers = tuple((name, value) for name, value in held.headers)
        body = self._sealer.open(bytes(held.body), _place(owner, key))
        return Reply(held.status, headers, body)


def _unanswered(hold: Hold) -> tuple[ColumnElement[bool], ...]:
    return (
        _C.owner == hold.owner,
        _C.key == hold.key,
        _C.at == hold.since,
        _C.status.is_(None),
    )


def _place(owner: str, key: str) -> Place:
    return Place("kernel.infra.db", "kept_reply", f"{owner} {key}")
