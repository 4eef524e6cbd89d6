"""Tables of the federation's readers."""

from typing import Final

from sqlalchemy import Column, Integer, String, Table

from kernel.infra.db import Json, UtcInstant, metadata

CHAIN: Final = Table(
    "federation_chain",
    metadata,
    Column("entity", String(2048), primary_key=True),
    Column("tokens", Json),
    Column("expires_at", UtcInstant),
    Column("next_at", UtcInstant, nullable=False, index=True),
    Column("failures", Integer, nullable=False),
    Column("failure", String(80)),
)
"""The last good chain of each followed entity, leaf first."""
