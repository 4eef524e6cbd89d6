"""Tables of people. Names, numbers and secrets are sealed; a number has a blind index."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)
from sqlalchemy import Uuid as UuidColumn

from kernel.infra.db import DigestColumn, Json, SealedBytes, UtcInstant, metadata

person: Final = Table(
    "people_person",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("identity", Integer, nullable=False),
    Column("roles", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("name", SealedBytes, nullable=False),
    Column("id_number", SealedBytes),
    Column("number_index", LargeBinary(32), unique=True),
)

account: Final = Table(
    "people_account",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("person", ForeignKey("people_person.id"), nullable=False, unique=True),
)

link: Final = Table(
    "people_link",
    metadata,
    Column("issuer", String(512), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person", ForeignKey("people_person.id"), nullable=False, index=True),
    Column("linked_at", UtcInstant, nullable=False),
)

authenticator: Final = Table(
    "people_authenticator",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("person", ForeignKey("people_person.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("bound", Integer, nullable=False),
    Column("enrolled_at", UtcInstant, nullable=False),
    Column("label", String(100), nullable=False),
    Column("key_digest", DigestColumn, unique=True),
    Column("last_used_at", UtcInstant),
    Column("secret", SealedBytes),
    Column("last_step", BigInteger, nullable=False, default=-1),
)

organisation: Final = Table(
    "people_organisation",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("uscc", String(18), nullable=False, unique=True),
)

mandate: Final = Table(
    "people_mandate",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("person", ForeignKey("people_person.id"), nullable=False, index=True),
    Column("organisation", ForeignKey("people_organisation.id"), nullable=False),
    Column("role", String(32), nullable=False),
    Column("until", UtcInstant),
)

import_batch: Final = Table(
    "people_import",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("source", String(500), nullable=False),
    Column("basis", String(500), nullable=False),
    Column("proofing", String(500), nullable=False),
    Column("ceiling", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_by", UuidColumn, nullable=False),
    Column("opened_at", UtcInstant, nullable=False),
    Column("committed_by", UuidColumn),
    Column("reason", String(2000), nullable=False),
)

import_row: Final = Table(
    "people_import_row",
    metadata,
    Column("batch", ForeignKey("people_import.id"), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("digest", DigestColumn, nullable=False),
    Column("content", SealedBytes),
    Column("person", ForeignKey("people_person.id")),
    Index("ix_people_import_row_state", "batch", "state", "number"),
)
