"""Tables of grants, refresh tokens and requests that wait."""

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
    text,
)

from kernel.infra.db import DigestColumn, Json, UtcInstant, metadata

_DERIVED: Final = text("parent IS NOT NULL")

oidc_grant = Table(
    "oidc_grant",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", DigestColumn, nullable=False, unique=True),
    Column("client", String(255), nullable=False),
    Column("person", Uuid, nullable=False),
    Column("session", Uuid, nullable=False),
    Column("subject", String(64), nullable=False),
    Column("sid", String(64), nullable=False),
    Column("scopes", Json, nullable=False),
    Column("id_token_claims", Json, nullable=False),
    Column("userinfo_claims", Json, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("challenge", String(43), nullable=False),
    Column("nonce", Text),
    Column("level", Integer, nullable=False),
    Column("identity", Integer, nullable=False, server_default="1"),
    Column("amr", Json, nullable=False),
    Column("authenticated_at", UtcInstant, nullable=False),
    Column("providers", Json, nullable=False),
    Column("acting_for", Uuid),
    Column("is_offline", Boolean, nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("code_expires_at", UtcInstant, nullable=False),
    Column("redeemed_at", UtcInstant),
    Column("ended_at", UtcInstant),
    Column("end_reason", Text),
    Column("kind", String(16), nullable=False, server_default="code"),
    Column("resources", Json, nullable=False, server_default="[]"),
    Column("dpop_jkt", String(43)),
    Column("parent", Uuid, index=True),
    Column("act", Json),
    Column("actor", Uuid),
    Index("ix_oidc_grant_issued_at", "issued_at"),
    # By ``sid`` only those are sought who were let in by a ticket, which are few.
    Index("ix_oidc_grant_sid", "sid", sqlite_where=_DERIVED, postgresql_where=_DERIVED),
    Index("ix_oidc_grant_client", "client"),
    Index("ix_oidc_grant_person", "person"),
    Index("ix_oidc_grant_is_offline", "is_offline"),
)

oidc_refresh = Table(
    "oidc_refresh",
    metadata,
    Column("token", DigestColumn, primary_key=True),
    Column("grant_id", Uuid, nullable=False, index=True),
    Column("issued_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("used_at", UtcInstant),
    Column("jkt", String(43)),
    Column("certificate", String(43)),
)

oidc_pending = Table(
    "oidc_pending",
    metadata,
    Column("interaction", Uuid, primary_key=True),
    Column("client", String(255), nullable=False),
    Column("parameters", Json, nullable=False),
    Column("started_at", UtcInstant, nullable=False, index=True),
    Column("pushed", DigestColumn),
    Column("transfer", Uuid),
)

oidc_pushed = Table(
    "oidc_pushed",
    metadata,
    Column("request_uri", DigestColumn, primary_key=True),
    Column("client", String(255), nullable=False),
    Column("parameters", Json, nullable=False),
    Column("is_signed", Boolean, nullable=False),
    Column("is_proven", Boolean, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("used_at", UtcInstant),
)

oidc_once = Table(
    "oidc_once",
    metadata,
    Column("name", DigestColumn, primary_key=True),
    Column("until", UtcInstant, nullable=False, index=True),
)

oidc_access = Table(
    "oidc_access",
    metadata,
    Column("token", DigestColumn, primary_key=True),
    Column("said", Text, nullable=False),
    Column("until", UtcInstant, nullable=False, index=True),
)

oidc_denied = Table(
    "oidc_denied",
    metadata,
    Column("name", DigestColumn, primary_key=True),
    Column("until", UtcInstant, nullable=False, index=True),
)

oidc_device = Table(
    "oidc_device",
    metadata,
    Column("code", DigestColumn, primary_key=True),
    Column("user_code", String(8), nullable=False, unique=True),
    Column("client", String(255), nullable=False),
    Column("parameters", Json, nullable=False),
    Column("started_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("interval_s", Integer, nullable=False),
    Column("polled_at", UtcInstant),
    Column("interaction", Uuid, index=True),
    Column("settled_at", UtcInstant),
)

oidc_ticket = Table(
    "oidc_ticket",
    metadata,
    Column("ticket", DigestColumn, primary_key=True),
    Column("issued_by", String(128)),
    Column("issued_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("uses_left", Integer, nullable=False),
)

oidc_own_record = Table(
    "oidc_own_record",
    metadata,
    Column("client", String(64), primary_key=True),
    Column("token", DigestColumn, nullable=False),
    Column("previous", DigestColumn),
    Column("said", Json, nullable=False),
    Column("registered_at", UtcInstant, nullable=False),
)

oidc_transfer = Table(
    "oidc_transfer",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("ticket", DigestColumn, nullable=False, unique=True),
    Column("origin", String(255), nullable=False),
    Column("audience", String(255), nullable=False),
    Column("parent", Uuid, nullable=False),
    Column("session", Uuid, nullable=False, index=True),
    Column("person", Uuid, nullable=False),
    Column("level", Integer, nullable=False),
    Column("hops", Integer, nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("redeemed_at", UtcInstant),
    Column("interaction", Uuid, unique=True),
    Column("match", String(16)),
    Column("child", Uuid, unique=True),
    Column("ended_at", UtcInstant),
)

oidc_guess = Table(
    "oidc_guess",
    metadata,
    Column("name", DigestColumn, primary_key=True),
    Column("guesses", Integer, nullable=False),
    Column("since", UtcInstant, nullable=False, index=True),
)

oidc_followed = Table(
    "oidc_followed",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)
