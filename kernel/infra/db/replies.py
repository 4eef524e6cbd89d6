"""Answers kept by idempotency key: implements `kernel.web.ReplyStore`."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, String, Table, delete, select, update

from kernel.clock import Clock
from kernel.infra.db.columns import DigestColumn, Json, UtcInstant, metadata, upsert
from kernel.infra.db.database import Database
from kernel.secret import Digest
from kernel.web import Reply
from kernel.web.idempotency import KeyReused

KEPT: Final = timedelta(hours=24)

REPLY: Final = Table(
    "kept_reply",
    metadata,
    Column("owner", String(512), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("fingerprint", DigestColumn, nullable=False),
    Column("at", UtcInstant, nullable=False, index=True),
    Column("status", Integer),
    Column("headers", Json),
    Column("body", LargeBinary),
)
_C: Final = REPLY.c


class SqlReplies:
    """Kept answers in one table; a key is held by inserting its row."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Take the database and the clock that ages the answers."""
        self._database = database
        self._clock = clock

    def claim(self, owner: str, key: str, fingerprint: Digest) -> Reply | None:
        """Insert the row, or return what it holds; a second caller waits for the first.

        Raises:
            KeyReused: the key was taken with another fingerprint.
        """
        row = {"owner": owner, "key": key, "fingerprint": fingerprint, "at": self._clock()}
        taken = (
            upsert(REPLY)
            .values(**row)
            .on_conflict_do_nothing(index_elements=["owner", "key"])
        )
        if self._database.write(taken) == 1:
            return None
        return self._kept(owner, key, fingerprint)

    def keep(self, owner: str, key: str, reply: Reply) -> None:
        """Fill the claimed row in."""
        filled = (
            update(REPLY)
            .where(_C.owner == owner, _C.key == key)
            .values(
                status=reply.status,
                headers=[list(header) for header in reply.headers],
                body=reply.body,
            )
        )
        self._database.write(filled)

    def expire(self) -> int:
        """Drop answers older than a day; return how many."""
        return self._database.write(delete(REPLY).where(_C.at < self._clock() - KEPT))

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
        return Reply(held.status, headers, bytes(held.body))
