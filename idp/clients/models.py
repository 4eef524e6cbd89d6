"""Tables of relying parties: those kept here, and members that federate themselves."""

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

# What a member brought along or registered with: the chain says who it is.
clients_registration = Table(
    "clients_registration",
    metadata,
    Column("entity", String(255), primary_key=True),
    Column("registration", String(16), nullable=False),
    Column("chain", Json, nullable=False),
    Column("secret", DigestColumn),
    Column("registered_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
)
