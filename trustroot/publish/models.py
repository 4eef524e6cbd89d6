"""The table of signed statements."""

from typing import Final

from sqlalchemy import Boolean, Column, String, Table, Text

from kernel.infra.db import Json, UtcInstant, metadata

STATEMENTS: Final = Table(
    "publish_statement",
    metadata,
    Column("subject", String(2048), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("token", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("entity_types", Json, nullable=False),
    Column("is_intermediate", Boolean, nullable=False),
)
