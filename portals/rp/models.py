"""Tables of a portal's sign-in; they lie in the portal's own database."""

from typing import Final

from sqlalchemy import Column, Table, Text

from kernel.infra.db import DigestColumn, SealedBytes, UtcInstant, metadata

attempt: Final = Table(
    "rp_attempt",
    metadata,
    Column("state", DigestColumn, primary_key=True),
    Column("content", SealedBytes, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
)
session: Final = Table(
    "rp_session",
    metadata,
    Column("cookie", DigestColumn, primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("sid", Text, index=True),
    Column("content", SealedBytes, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
)
seen_token: Final = Table(
    "rp_seen_token",
    metadata,
    Column("token", DigestColumn, primary_key=True),
    Column("until", UtcInstant, nullable=False, index=True),
)
