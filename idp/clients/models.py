"""The table of relying parties."""

from sqlalchemy import Column, Integer, String, Table, Uuid

from kernel.infra.db import DigestColumn, Json, UtcInstant, metadata

# What is looked up or compared is a column; the rest of the record is one JSON document.
clients_client = Table(
    "clients_client",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("secret", DigestColumn),
    Column("person", Uuid),
    Column("record", Json, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
)
