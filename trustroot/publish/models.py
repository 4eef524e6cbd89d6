"""The tables of what is signed and granted."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
)

from kernel.infra.db import DigestColumn, Json, UtcInstant, metadata

_URL: Final = 2048
_TYPE_URL: Final = 512

STATEMENTS: Final = Table(
    "publish_statement",
    metadata,
    Column("subject", String(_URL), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("token", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("entity_types", Json, nullable=False),
    Column("is_intermediate", Boolean, nullable=False),
    Column("registered_at", UtcInstant, nullable=True),
    Column("updated_at", UtcInstant, nullable=True),
    # Covers the plain list: rows are long, and only this much of them is read.
    Index("ix_publish_statement_listed", "kind", "is_intermediate", "subject"),
)

ENTITY_TYPES: Final = Table(
    "publish_entity_type",
    metadata,
    Column("subject", String(_URL), primary_key=True),
    Column("entity_type", String(255), primary_key=True, index=True),
)
"""The same types once more, a row each, for the filters of lists."""

MARK_TYPES: Final = Table(
    "publish_mark_type",
    metadata,
    Column("id", String(_TYPE_URL), primary_key=True),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("issuers", Json, nullable=False),
    Column("owner", String(_URL), nullable=True),
    Column("owner_jwks", Json, nullable=True),
    Column("delegation", Text, nullable=True),
    Column("logo_uri", String(_URL), nullable=True),
    Column("ref", String(_URL), nullable=True),
)

GRANTS: Final = Table(
    "publish_mark_grant",
    metadata,
    Column("id", Uuid, nullable=False, unique=True),
    Column("mark_type", String(_TYPE_URL), primary_key=True),
    Column("subject", String(_URL), primary_key=True, index=True),
    Column("until", UtcInstant, nullable=True),
    Column("granted_at", UtcInstant, nullable=False),
    Column("revoked_at", UtcInstant, nullable=True),
    Column("reason", String(2000), nullable=False),
)

MARKS: Final = Table(
    "publish_mark",
    metadata,
    Column("digest", DigestColumn, primary_key=True),
    Column("mark_type", String(_TYPE_URL), nullable=False),
    Column("subject", String(_URL), nullable=False),
    Column("token", Text, nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_at", UtcInstant, nullable=False),
    Index("ix_publish_mark_held", "subject", "status", "mark_type", "expires_at"),
    Index("ix_publish_mark_holders", "mark_type", "status", "expires_at"),
    Index("ix_publish_mark_ends", "status", "expires_at"),
    Index("ix_publish_mark_said", "status", "answered_at"),
)

PROPOSALS: Final = Table(
    "publish_proposal",
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
    Index("ix_publish_proposal_open", "approver", "proposed_at"),
)

EVENTS: Final = Table(
    "publish_event",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("happening", String(32), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("subject", String(_URL), nullable=True, index=True),
    Column("kid", String(128), nullable=True),
    Column("mark_type", String(_TYPE_URL), nullable=True),
    Column("description", String(500), nullable=False),
    Column("version", Integer, nullable=False),
)

ANSWERS: Final = Table(
    "publish_answer",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("name", String(_URL), primary_key=True),
    Column("token", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=True),
)

BOOKMARKS: Final = Table(
    "publish_bookmark",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""How far followers have read, and the generation of lists."""

ASSERTIONS: Final = Table(
    "publish_assertion",
    metadata,
    Column("digest", DigestColumn, primary_key=True),
    Column("until", UtcInstant, nullable=False, index=True),
)
"""Client assertions that were used, by SHA-256 of client and jti."""
