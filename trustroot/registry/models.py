"""The tables of the register."""

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Uuid

from kernel.infra.db import DigestColumn, Json, UtcInstant, metadata

MEMBERS: Final = Table(
    "registry_member",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("entity_id", String(2048), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("code", String(2), nullable=True),
    Column("uscc", String(18), nullable=True),
    Column("contacts", Json, nullable=False),
    Column("terms", Json, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", String(2000), nullable=False),
    Column("version", Integer, nullable=False),
    Column("suspended_by", Uuid, nullable=True),
    Column("suspended_at", UtcInstant, nullable=True),
    Column("suspension_proposal", Uuid, nullable=True),
    Column("suspension_confirmed", Boolean, nullable=False),
    Column("suspension_alarmed", Boolean, nullable=False),
)

HISTORY: Final = Table(
    "registry_history",
    metadata,
    Column("member", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("action", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("target", String(16), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("actor", Uuid, nullable=True),
    Column("second", Uuid, nullable=True),
    Column("grounds", Json, nullable=False),
    Column("change", Json, nullable=False),
)

PROPOSALS: Final = Table(
    "registry_proposal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("change", Json, nullable=False),
    Column("base", Integer, nullable=False),
    Column("digest", DigestColumn, nullable=False),
    Column("proposer", Uuid, nullable=False),
    Column("proposed_at", UtcInstant, nullable=False),
    Column("approver", Uuid, nullable=True),
    Column("decided_at", UtcInstant, nullable=True),
    Index("ix_registry_proposal_open", "subject", "approver"),
)
