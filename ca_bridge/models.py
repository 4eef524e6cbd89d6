"""Tables of the bridge: authorities, their anchors, proposals, editions, revocation."""

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text, Uuid

from kernel.infra.db import DigestColumn, Json, UtcInstant, metadata

AUTHORITIES: Final = Table(
    "ca_bridge_authority",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("record", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", UtcInstant, nullable=False),
    Column("version", Integer, nullable=False),
)

ANCHORS: Final = Table(
    "ca_bridge_anchor",
    metadata,
    Column("fingerprint", DigestColumn, primary_key=True),
    Column("ca", Uuid, nullable=False),
)

EDITIONS: Final = Table(
    "ca_bridge_edition",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("token", Text, nullable=False),
    Column("mark", String(64), nullable=False),
    Column("issued_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
)

# CRLNumber has up to 20 octets: 40 hex digits, zero-padded, so that they sort as numbers.
REVOCATION_HEADS: Final = Table(
    "ca_bridge_revocation_head",
    metadata,
    Column("ca", Uuid, primary_key=True),
    Column("issuer", DigestColumn, primary_key=True),
    Column("url", String(2048), nullable=False),
    Column("number", String(40), nullable=False),
    Column("this_update", UtcInstant, nullable=False),
    Column("next_update", UtcInstant, nullable=False),
    Column("fetched_at", UtcInstant, nullable=False),
)

REVOKED: Final = Table(
    "ca_bridge_revoked",
    metadata,
    Column("ca", Uuid, primary_key=True),
    Column("issuer", DigestColumn, primary_key=True),
    Column("serial", String(40), primary_key=True),
)

PROPOSALS: Final = Table(
    "ca_bridge_proposal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("change", Json, nullable=False),
    Column("base", Integer, nullable=False),
    Column("digest", DigestColumn, nullable=False),
    Column("proposer", Uuid, nullable=False),
    Column("proposed_at", UtcInstant, nullable=False),
    Column("approver", Uuid),
    Column("decided_at", UtcInstant),
    Index("ix_ca_bridge_proposal_open", "subject", "approver"),
)
