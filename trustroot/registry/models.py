"""The tables of the register."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    text,
)

from kernel.infra.db import DigestColumn, Json, UtcInstant, metadata

_LIVING: Final = text("state NOT IN ('withdrawn', 'cancelled')")

MEMBERS: Final = Table(
    "registry_member",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("entity_id", String(2048), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("code", String(6), nullable=True),
    Column("uscc", String(18), nullable=True),
    Column("contacts", Json, nullable=False),
    Column("terms", Json, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", String(2000), nullable=False),
    Column("version", Integer, nullable=False),
    Column("suspended_by", Uuid, nullable=True),
    Column("suspended_at", UtcInstant, nullable=True),
    Column("suspension_proposal", Uuid, nullable=True),
    Column("suspension_confirmed", Boolean, nullable=False),
    Column("suspension_alarmed", Boolean, nullable=False),
    Column("contract", Json, nullable=True),
    Column("policy_version", String(32), nullable=True),
    Column("proven_contacts", Json, nullable=True),
    Column("slug", String(64), nullable=True),
    Index("ix_registry_member_entity", "entity_id"),
    # Of the memberships of one entity, and of the holders of one path, one is living.
    Index(
        "uq_registry_member_living",
        "entity_id",
        unique=True,
        sqlite_where=_LIVING,
        postgresql_where=_LIVING,
    ),
    Index(
        "uq_registry_member_slug",
        "slug",
        unique=True,
        sqlite_where=_LIVING,
        postgresql_where=_LIVING,
    ),
    Index("ix_registry_member_slug", "slug"),
    Index("ix_registry_member_paged", "state", "id"),
)

HISTORY: Final = Table(
    "registry_history",
    metadata,
    Column("member", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("action", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("target", String(16), nullable=False),
    Column("at", UtcInstant, nullable=False),
    Column("actor", Uuid, nullable=True),
    Column("second", Uuid, nullable=True),
    Column("grounds", Json, nullable=False),
    Column("change", Json, nullable=False),
)

PROPOSALS: Final = Table(
    "registry_proposal",
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
    Index("ix_registry_proposal_open", "subject", "approver"),
    Index("ix_registry_proposal_queue", "approver", "id"),
)

EVIDENCE: Final = Table(
    "registry_evidence",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member", Uuid, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("reference", String(200), nullable=False),
    Column("digest", DigestColumn, nullable=False),
    Column("by", Uuid, nullable=False),
    Column("at", UtcInstant, nullable=False),
    Index("ix_registry_evidence_of", "member", "kind", "expires_on"),
    Index("ix_registry_evidence_ending", "expires_on"),
)

EVIDENCE_STEPS: Final = Table(
    "registry_evidence_step",
    metadata,
    Column("evidence", Uuid, primary_key=True),
    Column("step", String(32), primary_key=True),
    Column("at", UtcInstant, nullable=False),
)

WATCH: Final = Table(
    "registry_watch",
    metadata,
    Column("member", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("findings", Json, nullable=False),
    Column("since", UtcInstant, nullable=False),
    Column("seen", UtcInstant, nullable=False),
    Column("statement_expires_at", UtcInstant, nullable=True),
    Column("ending_told", UtcInstant, nullable=True),
)

POLICIES: Final = Table(
    "registry_policy",
    metadata,
    Column("version", String(32), primary_key=True),
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
)

CONTACT_CODES: Final = Table(
    "registry_contact_code",
    metadata,
    Column("draft", Uuid, primary_key=True),
    Column("address", String(320), nullable=False),
    Column("digest", DigestColumn, nullable=False),
    Column("asked_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("asks", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("proven_at", UtcInstant, nullable=True),
)
