"""Membership in full, written by server.migrations.next."""

import sqlalchemy as sa
from alembic import op

from kernel.infra.db import DigestColumn, Json, SealedBytes, UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables what the rooms declare."""
    op.create_table(
        "broker_registration",
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("expires_at", UtcInstant(), nullable=True),
        sa.Column("next_at", UtcInstant(), nullable=False),
        sa.Column("failure", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_broker_registration")),
    )
    op.create_table(
        "clients_change",
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("before", Json(), nullable=False),
        sa.Column("after", Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=True),
        sa.Column("proposal", sa.Uuid(), nullable=True),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("client", "version", name=op.f("pk_clients_change")),
    )
    op.create_table(
        "clients_picture",
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=512), nullable=False),
        sa.Column("digest", DigestColumn(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("client", "address", name=op.f("pk_clients_picture")),
    )
    op.create_table(
        "clients_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("change", Json(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("digest", DigestColumn(), nullable=False),
        sa.Column("proposer", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", UtcInstant(), nullable=False),
        sa.Column("approver", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients_proposal")),
    )
    op.create_table(
        "clients_registration",
        sa.Column("entity", sa.String(length=255), nullable=False),
        sa.Column("registration", sa.String(length=16), nullable=False),
        sa.Column("chain", Json(), nullable=False),
        sa.Column("secret", DigestColumn(), nullable=True),
        sa.Column("registered_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_clients_registration")),
    )
    op.create_table(
        "clients_trial_person",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_clients_trial_person")),
    )
    op.create_table(
        "federation_answer",
        sa.Column("entity", sa.String(length=2048), nullable=False),
        sa.Column("entity_type", sa.String(length=255), nullable=False),
        sa.Column("anchor", sa.String(length=2048), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answered_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("parties", Json(), nullable=False),
        sa.Column("entry", Json(), nullable=True),
        sa.PrimaryKeyConstraint("entity", "entity_type", name=op.f("pk_federation_answer")),
    )
    op.create_table(
        "federation_exception",
        sa.Column("superior", sa.String(length=1024), nullable=False),
        sa.Column("party", sa.String(length=2048), nullable=False),
        sa.PrimaryKeyConstraint("superior", "party", name=op.f("pk_federation_exception")),
    )
    op.create_table(
        "federation_superior",
        sa.Column("entity", sa.String(length=2048), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.Column("failing_since", UtcInstant(), nullable=True),
        sa.Column("alarmed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_federation_superior")),
    )
    op.create_table(
        "keys_act",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("second", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", UtcInstant(), nullable=True),
        sa.Column("alarmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kid", "kind", name=op.f("pk_keys_act")),
    )
    op.create_table(
        "oidc_access",
        sa.Column("token", DigestColumn(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("until", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_oidc_access")),
    )
    op.create_table(
        "oidc_denied",
        sa.Column("name", DigestColumn(), nullable=False),
        sa.Column("until", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_oidc_denied")),
    )
    op.create_table(
        "oidc_device",
        sa.Column("code", DigestColumn(), nullable=False),
        sa.Column("user_code", sa.String(length=8), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("parameters", Json(), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("polled_at", UtcInstant(), nullable=True),
        sa.Column("interaction", sa.Uuid(), nullable=True),
        sa.Column("settled_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_oidc_device")),
        sa.UniqueConstraint("user_code", name=op.f("uq_oidc_device_user_code")),
    )
    op.create_table(
        "oidc_followed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_followed")),
    )
    op.create_table(
        "oidc_guess",
        sa.Column("name", DigestColumn(), nullable=False),
        sa.Column("guesses", sa.Integer(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_oidc_guess")),
    )
    op.create_table(
        "oidc_once",
        sa.Column("name", DigestColumn(), nullable=False),
        sa.Column("until", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_oidc_once")),
    )
    op.create_table(
        "oidc_own_record",
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("token", DigestColumn(), nullable=False),
        sa.Column("previous", DigestColumn(), nullable=True),
        sa.Column("said", Json(), nullable=False),
        sa.Column("registered_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("client", name=op.f("pk_oidc_own_record")),
    )
    op.create_table(
        "oidc_pushed",
        sa.Column("request_uri", DigestColumn(), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("parameters", Json(), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("is_proven", sa.Boolean(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("request_uri", name=op.f("pk_oidc_pushed")),
    )
    op.create_table(
        "oidc_ticket",
        sa.Column("ticket", DigestColumn(), nullable=False),
        sa.Column("issued_by", sa.String(length=128), nullable=True),
        sa.Column("issued_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_oidc_ticket")),
    )
    op.create_table(
        "oidc_transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket", DigestColumn(), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("audience", sa.String(length=255), nullable=False),
        sa.Column("parent", sa.Uuid(), nullable=False),
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("hops", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("redeemed_at", UtcInstant(), nullable=True),
        sa.Column("interaction", sa.Uuid(), nullable=True),
        sa.Column("match", sa.String(length=16), nullable=True),
        sa.Column("child", sa.Uuid(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_transfer")),
        sa.UniqueConstraint("child", name=op.f("uq_oidc_transfer_child")),
        sa.UniqueConstraint("interaction", name=op.f("uq_oidc_transfer_interaction")),
        sa.UniqueConstraint("ticket", name=op.f("uq_oidc_transfer_ticket")),
    )
    op.create_table(
        "people_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("proofing", sa.String(length=500), nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=False),
        sa.Column("committed_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_import")),
    )
    op.create_table(
        "publish_answer",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=2048), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("issued_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_publish_answer")),
    )
    op.create_table(
        "publish_assertion",
        sa.Column("digest", DigestColumn(), nullable=False),
        sa.Column("until", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_publish_assertion")),
    )
    op.create_table(
        "publish_bookmark",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_publish_bookmark")),
    )
    op.create_table(
        "publish_entity_type",
        sa.Column("subject", sa.String(length=2048), nullable=False),
        sa.Column("entity_type", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint(
            "subject", "entity_type", name=op.f("pk_publish_entity_type")
        ),
    )
    op.create_table(
        "publish_event",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("happening", sa.String(length=32), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("subject", sa.String(length=2048), nullable=True),
        sa.Column("kid", sa.String(length=128), nullable=True),
        sa.Column("mark_type", sa.String(length=512), nullable=True),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_publish_event")),
    )
    op.create_table(
        "publish_mark",
        sa.Column("digest", DigestColumn(), nullable=False),
        sa.Column("mark_type", sa.String(length=512), nullable=False),
        sa.Column("subject", sa.String(length=2048), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("issued_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_publish_mark")),
    )
    op.create_table(
        "publish_mark_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mark_type", sa.String(length=512), nullable=False),
        sa.Column("subject", sa.String(length=2048), nullable=False),
        sa.Column("until", UtcInstant(), nullable=True),
        sa.Column("granted_at", UtcInstant(), nullable=False),
        sa.Column("revoked_at", UtcInstant(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("mark_type", "subject", name=op.f("pk_publish_mark_grant")),
        sa.UniqueConstraint("id", name=op.f("uq_publish_mark_grant_id")),
    )
    op.create_table(
        "publish_mark_type",
        sa.Column("id", sa.String(length=512), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("issuers", Json(), nullable=False),
        sa.Column("owner", sa.String(length=2048), nullable=True),
        sa.Column("owner_jwks", Json(), nullable=True),
        sa.Column("delegation", sa.Text(), nullable=True),
        sa.Column("logo_uri", sa.String(length=2048), nullable=True),
        sa.Column("ref", sa.String(length=2048), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publish_mark_type")),
    )
    op.create_table(
        "publish_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("change", Json(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("digest", DigestColumn(), nullable=False),
        sa.Column("proposer", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", UtcInstant(), nullable=False),
        sa.Column("approver", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publish_proposal")),
    )
    op.create_table(
        "registry_contact_code",
        sa.Column("draft", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("digest", DigestColumn(), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proven_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("draft", name=op.f("pk_registry_contact_code")),
    )
    op.create_table(
        "registry_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("digest", DigestColumn(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_evidence")),
    )
    op.create_table(
        "registry_evidence_step",
        sa.Column("evidence", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("evidence", "step", name=op.f("pk_registry_evidence_step")),
    )
    op.create_table(
        "registry_policy",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_registry_policy")),
    )
    op.create_table(
        "registry_watch",
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("findings", Json(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("seen", UtcInstant(), nullable=False),
        sa.Column("statement_expires_at", UtcInstant(), nullable=True),
        sa.Column("ending_told", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("member", "number", name=op.f("pk_registry_watch")),
    )
    op.create_table(
        "people_import_row",
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("digest", DigestColumn(), nullable=False),
        sa.Column("content", SealedBytes(), nullable=True),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch"], ["people_import.id"], name=op.f("fk_people_import_row_batch")
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["people_person.id"], name=op.f("fk_people_import_row_person")
        ),
        sa.PrimaryKeyConstraint("batch", "key", name=op.f("pk_people_import_row")),
    )
    with op.batch_alter_table("broker_attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("client_id", sa.Text(), nullable=True))

    with op.batch_alter_table("broker_provider", schema=None) as batch_op:
        batch_op.add_column(sa.Column("registration", sa.String(length=16), nullable=True))

    with op.batch_alter_table("clients_client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_secret", SealedBytes(), nullable=True))
        batch_op.add_column(sa.Column("keys_read", Json(), nullable=True))
        batch_op.add_column(sa.Column("resumes", sa.String(length=16), nullable=True))

    with op.batch_alter_table("clients_picture", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clients_picture_digest"), ["digest"], unique=False
        )

    with op.batch_alter_table("clients_proposal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clients_proposal_open", ["subject", "approver"], unique=False
        )

    with op.batch_alter_table("clients_registration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clients_registration_expires_at"), ["expires_at"], unique=False
        )

    with op.batch_alter_table("federation_chain", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("met", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("alarmed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.drop_index(batch_op.f("ix_federation_chain_next_at"))
        batch_op.create_index(
            "ix_federation_chain_due", ["next_at", "entity"], unique=False
        )

    with op.batch_alter_table("keys_key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("activated_at", UtcInstant(), nullable=True))
        batch_op.add_column(sa.Column("retired_at", UtcInstant(), nullable=True))
        batch_op.add_column(sa.Column("revoked_at", UtcInstant(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=16), nullable=True))

    with op.batch_alter_table("oidc_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oidc_access_until"), ["until"], unique=False)

    with op.batch_alter_table("oidc_denied", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oidc_denied_until"), ["until"], unique=False)

    with op.batch_alter_table("oidc_device", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oidc_device_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_oidc_device_interaction"), ["interaction"], unique=False
        )

    with op.batch_alter_table("oidc_grant", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("identity", sa.Integer(), server_default="1", nullable=False)
        )
        batch_op.add_column(
            sa.Column("kind", sa.String(length=16), server_default="code", nullable=False)
        )
        batch_op.add_column(
            sa.Column("resources", Json(), server_default="[]", nullable=False)
        )
        batch_op.add_column(sa.Column("dpop_jkt", sa.String(length=43), nullable=True))
        batch_op.add_column(sa.Column("parent", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("act", Json(), nullable=True))
        batch_op.add_column(sa.Column("actor", sa.Uuid(), nullable=True))
        batch_op.alter_column(
            "client",
            existing_type=sa.VARCHAR(length=64),
            type_=sa.String(length=255),
            existing_nullable=False,
        )
        batch_op.create_index("ix_oidc_grant_client", ["client"], unique=False)
        batch_op.create_index("ix_oidc_grant_is_offline", ["is_offline"], unique=False)
        batch_op.create_index(batch_op.f("ix_oidc_grant_parent"), ["parent"], unique=False)
        batch_op.create_index("ix_oidc_grant_person", ["person"], unique=False)
        batch_op.create_index(
            "ix_oidc_grant_sid",
            ["sid"],
            unique=False,
            sqlite_where=sa.text("parent IS NOT NULL"),
            postgresql_where=sa.text("parent IS NOT NULL"),
        )

    with op.batch_alter_table("oidc_guess", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oidc_guess_since"), ["since"], unique=False)

    with op.batch_alter_table("oidc_once", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oidc_once_until"), ["until"], unique=False)

    with op.batch_alter_table("oidc_pending", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pushed", DigestColumn(), nullable=True))
        batch_op.add_column(sa.Column("transfer", sa.Uuid(), nullable=True))
        batch_op.alter_column(
            "client",
            existing_type=sa.VARCHAR(length=64),
            type_=sa.String(length=255),
            existing_nullable=False,
        )

    with op.batch_alter_table("oidc_pushed", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oidc_pushed_expires_at"), ["expires_at"], unique=False
        )

    with op.batch_alter_table("oidc_refresh", schema=None) as batch_op:
        batch_op.add_column(sa.Column("jkt", sa.String(length=43), nullable=True))
        batch_op.add_column(sa.Column("certificate", sa.String(length=43), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_oidc_refresh_expires_at"), ["expires_at"], unique=False
        )

    with op.batch_alter_table("oidc_ticket", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oidc_ticket_expires_at"), ["expires_at"], unique=False
        )

    with op.batch_alter_table("oidc_transfer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_oidc_transfer_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_oidc_transfer_session"), ["session"], unique=False
        )

    with op.batch_alter_table("people_import_row", schema=None) as batch_op:
        batch_op.create_index(
            "ix_people_import_row_state", ["batch", "state", "number"], unique=False
        )

    with op.batch_alter_table("publish_assertion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publish_assertion_until"), ["until"], unique=False
        )

    with op.batch_alter_table("publish_entity_type", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publish_entity_type_entity_type"), ["entity_type"], unique=False
        )

    with op.batch_alter_table("publish_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publish_event_subject"), ["subject"], unique=False
        )

    with op.batch_alter_table("publish_mark", schema=None) as batch_op:
        batch_op.create_index(
            "ix_publish_mark_ends", ["status", "expires_at"], unique=False
        )
        batch_op.create_index(
            "ix_publish_mark_held",
            ["subject", "status", "mark_type", "expires_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_publish_mark_holders", ["mark_type", "status", "expires_at"], unique=False
        )
        batch_op.create_index(
            "ix_publish_mark_said", ["status", "answered_at"], unique=False
        )

    with op.batch_alter_table("publish_mark_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publish_mark_grant_subject"), ["subject"], unique=False
        )

    with op.batch_alter_table("publish_proposal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_publish_proposal_open", ["approver", "proposed_at"], unique=False
        )

    with op.batch_alter_table("publish_statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("registered_at", UtcInstant(), nullable=True))
        batch_op.add_column(sa.Column("updated_at", UtcInstant(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_publish_statement_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            "ix_publish_statement_listed",
            ["kind", "is_intermediate", "subject"],
            unique=False,
        )

    with op.batch_alter_table("registry_evidence", schema=None) as batch_op:
        batch_op.create_index("ix_registry_evidence_ending", ["expires_on"], unique=False)
        batch_op.create_index(
            "ix_registry_evidence_of", ["member", "kind", "expires_on"], unique=False
        )

    with op.batch_alter_table("registry_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contract", Json(), nullable=True))
        batch_op.add_column(
            sa.Column("policy_version", sa.String(length=32), nullable=True)
        )
        batch_op.add_column(sa.Column("proven_contacts", Json(), nullable=True))
        batch_op.add_column(sa.Column("slug", sa.String(length=64), nullable=True))
        batch_op.alter_column(
            "code",
            existing_type=sa.VARCHAR(length=2),
            type_=sa.String(length=6),
            existing_nullable=True,
        )
        batch_op.drop_constraint(batch_op.f("uq_registry_member_entity_id"), type_="unique")
        batch_op.create_index("ix_registry_member_entity", ["entity_id"], unique=False)
        batch_op.create_index("ix_registry_member_paged", ["state", "id"], unique=False)
        batch_op.create_index("ix_registry_member_slug", ["slug"], unique=False)
        batch_op.create_index(
            "uq_registry_member_living",
            ["entity_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('withdrawn', 'cancelled')"),
            postgresql_where=sa.text("state NOT IN ('withdrawn', 'cancelled')"),
        )
        batch_op.create_index(
            "uq_registry_member_slug",
            ["slug"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('withdrawn', 'cancelled')"),
            postgresql_where=sa.text("state NOT IN ('withdrawn', 'cancelled')"),
        )

    with op.batch_alter_table("registry_proposal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registry_proposal_queue", ["approver", "id"], unique=False
        )

    with op.batch_alter_table("session_delivery", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("attempts", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("reason", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("changed_at", UtcInstant(), nullable=True))
        batch_op.create_index(
            "ix_session_delivery_state", ["state", "sign_out"], unique=False
        )

    with op.batch_alter_table("session_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_session_acting_for"), ["acting_for"], unique=False
        )

    with op.batch_alter_table("session_sign_out", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_sign_out_started_at"), ["started_at"], unique=False
        )
