"""Answers kept by idempotency key: implements `kernel.web.ReplyStore`.

An answer may hold what is shown this once, such as a new client's secret: bodies are
sealed.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import Column, Integer, String, Table, delete, select, update

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
                body=self._sealer.seal(reply.body, _place(owner, key)),
            )
        )
        self._database.write(filled)

    def expire(self) -> None:
        """Drop answers older than a day."""
        self._database.write(delete(REPLY).where(_C.at < self._clock() - KEPT))

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


def _place(owner: str, key: str) -> Place:
    return Place("kernel.infra.db", "kept_reply", f"{owner} {key}")
