"""Tables of consent: receipts as they read, releases by name, answers to interactions."""

from typing import Final

from sqlalchemy import Column, Integer, String, Table
from sqlalchemy import Uuid as UuidColumn

from kernel.infra.db import Json, UtcInstant, metadata

receipt: Final = Table(
    "consent_receipt",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("person", UuidColumn, nullable=False, index=True),
    Column("client", String(255), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("attributes", Json, nullable=False),
    Column("texts", Json, nullable=False),
    Column("level", Integer, nullable=False),
    Column("given_at", UtcInstant, nullable=False),
    Column("interaction", UuidColumn, nullable=False),
    Column("reference", String(32)),
    Column("withdrawn_at", UtcInstant),
)

release: Final = Table(
    "consent_release",
    metadata,
    Column("interaction", UuidColumn, primary_key=True),
    Column("person", UuidColumn, nullable=False, index=True),
    Column("client", String(255), nullable=False),
    Column("client_name", Json, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("level", Integer, nullable=False),
    Column("released_at", UtcInstant, nullable=False),
    Column("reference", String(32)),
)

answer: Final = Table(
    "consent_answer",
    metadata,
    Column("interaction", UuidColumn, primary_key=True),
    Column("answer", String(16), nullable=False),
    Column("answered_at", UtcInstant, nullable=False, index=True),
)
