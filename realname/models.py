"""Tables of verification: checks, counts of attempts, window records, their proposals."""

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Uuid

from kernel.infra.db import DigestColumn, Json, SealedBytes, UtcInstant, metadata

VERIFICATIONS: Final = Table(
    "realname_verification",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person", Uuid, index=True),
    Column("client", String(255), index=True),
    Column("basis", String(16), nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("source", String(64), nullable=False),
    Column("requested_by", String(64)),
    Column("at", UtcInstant, nullable=False, index=True),
    Column("name", SealedBytes, nullable=False),
    Column("number", SealedBytes, nullable=False),
    Column("number_index", LargeBinary(32), nullable=False, index=True),
)

ATTEMPTS: Final = Table(
    "realname_attempt",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("name", DigestColumn, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("since", UtcInstant, nullable=False, index=True),
)

WINDOW_RECORDS: Final = Table(
    "realname_window_record",
    metadata,
    Column("proposal", Uuid, primary_key=True),
    Column("content", SealedBytes),
    Column("person", Uuid, index=True),
    Column("made_at", UtcInstant, nullable=False, index=True),
)

PROPOSALS: Final = Table(
    "realname_proposal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("change", Json, nullable=False),
    Column("base", Integer, nullable=False),
    Column("digest", DigestColumn, nullable=False),
    Column("proposer", Uuid, nullable=False),
    Column("proposed_at", UtcInstant, nullable=False),
    Column("approver", Uuid),
    Column("decided_at", UtcInstant),
    Index("ix_realname_proposal_open", "subject", "approver"),
)
