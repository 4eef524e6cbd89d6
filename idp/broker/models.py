"""Tables of providers, attempts, upstream keys, farewells, and logout tokens seen."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, Uuid

from kernel.infra.db import DigestColumn, Json, UtcInstant, metadata

broker_provider = Table(
    "broker_provider",
    metadata,
    Column("slug", String(32), primary_key=True),
    Column("entity_id", Text, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("code", String(2), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("pinyin", Text, nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("maintenance", Text, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("registration", String(16)),
)

broker_registration = Table(
    "broker_registration",
    metadata,
    Column("provider", String(32), primary_key=True),
    Column("client_id", Text),
    Column("anchor", Text),
    Column("expires_at", UtcInstant),
    Column("next_at", UtcInstant, nullable=False),
    Column("failure", String(64), nullable=False),
)

broker_attempt = Table(
    "broker_attempt",
    metadata,
    Column("state", DigestColumn, primary_key=True),
    Column("provider", String(32), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("interaction", Uuid, nullable=False),
    Column("browser", DigestColumn, nullable=False),
    Column("client_id", Text),
    Column("nonce", String(64), nullable=False),
    Column("verifier", LargeBinary, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("max_age_s", Integer),
    Column("started_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant),
    Index("ix_broker_attempt_expires_at", "expires_at"),
)

broker_keys = Table(
    "broker_keys",
    metadata,
    Column("entity", Text, primary_key=True),
    Column("uri", Text, nullable=False),
    Column("jwks", Json),
    Column("tried_at", UtcInstant, nullable=False),
)

broker_farewell = Table(
    "broker_farewell",
    metadata,
    Column("state", DigestColumn, primary_key=True),
    Column("provider", String(32), nullable=False),
    Column("sign_out", Uuid, nullable=False),
    Column("then", Text, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant),
    Index("ix_broker_farewell_expires_at", "expires_at"),
)

broker_logout_seen = Table(
    "broker_logout_seen",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("jti", String(64), primary_key=True),
    Column("until", UtcInstant, nullable=False),
    Index("ix_broker_logout_seen_until", "until"),
)
