"""Tables of the record."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
)

from kernel.infra.db import UtcInstant, metadata

_POSITION = BigInteger().with_variant(Integer, "sqlite")

outbox = Table(
    "trail_outbox",
    metadata,
    Column("position", _POSITION, primary_key=True, autoincrement=True),
    Column("stream", String(16), nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("nonce", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

event = Table(
    "trail_event",
    metadata,
    Column("stream", String(16), primary_key=True),
    Column("log_index", BigInteger, primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("at", UtcInstant, nullable=False),
    Column("type", String(80), nullable=False),
    Column("reference", String(32)),
    Column("interaction", String(36)),
    Column("correlation", String(64)),
    Column("relying_party", String(512)),
    Column("provider", String(512)),
    Column("subject", String(128)),
    Column("nonce", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "type", "log_index"),
    Index(None, "at"),
    Index(None, "reference"),
    Index(None, "interaction"),
    Index(None, "correlation"),
    Index(None, "subject"),
)

tile = Table(
    "trail_tile",
    metadata,
    Column("stream", String(16), primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("tile_index", BigInteger, primary_key=True),
    Column("width", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

head = Table(
    "trail_head",
    metadata,
    Column("stream", String(16), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", String, nullable=False),
    Column("at", UtcInstant, nullable=False),
)
