"""Tables of signing in: counts of failures, first factors that wait, challenges."""

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text
from sqlalchemy import Uuid as UuidColumn

from kernel.infra.db import DigestColumn, UtcInstant, metadata

failure: Final = Table(
    "login_failure",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("name", DigestColumn, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", UtcInstant, nullable=False, index=True),
)

pending: Final = Table(
    "login_pending_factor",
    metadata,
    Column("interaction", UuidColumn, primary_key=True),
    Column("person", UuidColumn, nullable=False),
    Column("authenticator", UuidColumn, nullable=False),
    Column("bound", Integer, nullable=False),
    Column("tab", String(8), nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
)

challenge: Final = Table(
    "login_challenge",
    metadata,
    Column("id", UuidColumn, primary_key=True),
    Column("interaction", UuidColumn, nullable=False),
    Column("message", Text, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
    Column("answered_at", UtcInstant),
    Column("key_digest", DigestColumn),
    Column("organisation_uscc", String(18)),
    Column("taken_at", UtcInstant),
)
