"""The tables of the keys: only what everybody may know, and what people decided."""

from typing import Final

from sqlalchemy import Boolean, Column, Integer, String, Table, Uuid

from kernel.infra.db import Json, UtcInstant, metadata

KEYS: Final = Table(
    "keys_key",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False, index=True),
    Column("algorithm", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("public", Json, nullable=True),
    Column("made_at", UtcInstant, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    Column("name", String(64), nullable=True),
    Column("activated_at", UtcInstant, nullable=True),
    Column("retired_at", UtcInstant, nullable=True),
    Column("revoked_at", UtcInstant, nullable=True),
    Column("reason", String(16), nullable=True),
)

GENERATION: Final = Table(
    "keys_generation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
)

ACTS: Final = Table(
    "keys_act",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("note", String(2000), nullable=False),
    Column("by", Uuid, nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("second", Uuid, nullable=True),
    Column("confirmed_at", UtcInstant, nullable=True),
    Column("alarmed", Boolean, nullable=False),
)
