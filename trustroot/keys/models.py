"""The tables of the keys: only what everybody may know."""

from typing import Final

from sqlalchemy import Column, Integer, String, Table

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
)

GENERATION: Final = Table(
    "keys_generation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
)
