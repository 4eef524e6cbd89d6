"""Tables of interactions, sessions and sign-outs. Cookies are kept as digests only."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table
from sqlalchemy import Uuid as UuidColumn

from kernel.infra.db import DigestColumn, Json, SealedBytes, UtcInstant, metadata

interaction: Final = Table(
    "session_interaction",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("browser", DigestColumn),
    Column("asked", Json, nullable=False),
    Column("started_at", UtcInstant),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("outcome", String(16)),
    Column("outcome_detail", String(128)),
    Column("finished_at", UtcInstant),
)

session: Final = Table(
    "session_session",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("cookie", DigestColumn, nullable=False, unique=True),
    Column("person", UuidColumn, nullable=False, index=True),
    Column("identity", Integer, nullable=False),
    Column("authenticator", Integer, nullable=False),
    Column("path", Integer),
    Column("bound", Integer, nullable=False),
    Column("amr", Json, nullable=False),
    Column("started_at", UtcInstant, nullable=False),
    Column("authenticated_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("idle_at", UtcInstant, nullable=False),
    Column("providers", Json, nullable=False),
    Column("authenticators", Json, nullable=False),
    Column("acting_for", UuidColumn, index=True),
    Column("browser", String(200), nullable=False),
    Column("upstream_provider", String(64)),
    Column("upstream_issuer", String(512)),
    Column("upstream_subject", String(255)),
    Column("upstream_sid", String(255)),
    Column("upstream_id_token", SealedBytes),
    Column("ended_at", UtcInstant),
    Column("end_reason", String(64)),
)

provider: Final = Table(
    "session_provider",
    metadata,
    Column("session", ForeignKey("session_session.id"), primary_key=True),
    Column("entity", String(512), primary_key=True, index=True),
)

participant: Final = Table(
    "session_participant",
    metadata,
    Column("session", ForeignKey("session_session.id"), primary_key=True),
    Column("protocol", String(16), primary_key=True),
    Column("client", String(255), primary_key=True),
    Column("sid", String(255), nullable=False),
    Column("number", Integer, nullable=False),
)

sign_out: Final = Table(
    "session_sign_out",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("session", UuidColumn, nullable=False, index=True),
    Column("reason", String(64), nullable=False),
    Column("started_at", UtcInstant, nullable=False, index=True),
)

delivery: Final = Table(
    "session_delivery",
    metadata,
    Column("sign_out", ForeignKey("session_sign_out.id"), primary_key=True),
    Column("protocol", String(16), primary_key=True),
    Column("client", String(255), primary_key=True),
    Column("sid", String(255), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reason", String(64)),
    Column("changed_at", UtcInstant),
    Index("ix_session_delivery_state", "state", "sign_out"),
)

followed: Final = Table(
    "session_followed",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)
