"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

from kernel.infra.db import DigestColumn, Json, SealedBytes, UtcInstant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables, those that others refer to first."""
    for create in (
        _broker_attempt,
        _broker_farewell,
        _broker_keys,
        _broker_logout_seen,
        _broker_provider,
        _ca_bridge_anchor,
        _ca_bridge_authority,
        _ca_bridge_edition,
        _ca_bridge_proposal,
        _ca_bridge_revocation_head,
        _ca_bridge_revoked,
        _clients_client,
        _consent_answer,
        _consent_receipt,
        _consent_release,
        _federation_chain,
        _job,
        _kept_reply,
        _keys_generation,
        _keys_key,
        _lease,
        _login_challenge,
        _login_failure,
        _login_pending_factor,
        _oidc_grant,
        _oidc_pending,
        _oidc_refresh,
        _people_organisation,
        _people_person,
        _people_account,
        _people_authenticator,
        _people_link,
        _people_mandate,
        _publish_statement,
        _realname_attempt,
        _realname_proposal,
        _realname_verification,
        _realname_window_record,
        _registry_history,
        _registry_member,
        _registry_proposal,
        _session_followed,
        _session_interaction,
        _session_session,
        _session_participant,
        _session_provider,
        _session_sign_out,
        _session_delivery,
        _standing_change,
        _trail_event,
        _trail_head,
        _trail_outbox,
        _trail_tile,
    ):
        create()


def _broker_attempt() -> None:
    op.create_table(
        "broker_attempt",
        sa.Column("state", DigestColumn(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("interaction", sa.Uuid(), nullable=False),
        sa.Column("browser", DigestColumn(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("max_age_s", sa.Integer(), nullable=True),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_broker_attempt")),
    )
    op.create_index(
        "ix_broker_attempt_expires_at", "broker_attempt", ["expires_at"], unique=False
    )


def _broker_farewell() -> None:
    op.create_table(
        "broker_farewell",
        sa.Column("state", DigestColumn(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("sign_out", sa.Uuid(), nullable=False),
        sa.Column("then", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_broker_farewell")),
    )
    op.create_index(
        "ix_broker_farewell_expires_at", "broker_farewell", ["expires_at"], unique=False
    )


def _broker_keys() -> None:
    op.create_table(
        "broker_keys",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("jwks", Json(), nullable=True),
        sa.Column("tried_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_broker_keys")),
    )


def _broker_logout_seen() -> None:
    op.create_table(
        "broker_logout_seen",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("jti", sa.String(length=64), nullable=False),
        sa.Column("until", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "jti", name=op.f("pk_broker_logout_seen")),
    )
    op.create_index(
        "ix_broker_logout_seen_until", "broker_logout_seen", ["until"], unique=False
    )


def _broker_provider() -> None:
    op.create_table(
        "broker_provider",
        sa.Column("slug", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("maintenance", sa.Text(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_broker_provider")),
        sa.UniqueConstraint("entity_id", name=op.f("uq_broker_provider_entity_id")),
    )


def _ca_bridge_anchor() -> None:
    op.create_table(
        "ca_bridge_anchor",
        sa.Column("fingerprint", DigestColumn(), nullable=False),
        sa.Column("ca", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_ca_bridge_anchor")),
    )


def _ca_bridge_authority() -> None:
    op.create_table(
        "ca_bridge_authority",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record", Json(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ca_bridge_authority")),
    )


def _ca_bridge_edition() -> None:
    op.create_table(
        "ca_bridge_edition",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("issued_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ca_bridge_edition")),
    )


def _ca_bridge_proposal() -> None:
    op.create_table(
        "ca_bridge_proposal",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ca_bridge_proposal")),
    )
    op.create_index(
        "ix_ca_bridge_proposal_open",
        "ca_bridge_proposal",
        ["subject", "approver"],
        unique=False,
    )


def _ca_bridge_revocation_head() -> None:
    op.create_table(
        "ca_bridge_revocation_head",
        sa.Column("ca", sa.Uuid(), nullable=False),
        sa.Column("issuer", DigestColumn(), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("this_update", UtcInstant(), nullable=False),
        sa.Column("next_update", UtcInstant(), nullable=False),
        sa.Column("fetched_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("ca", "issuer", name=op.f("pk_ca_bridge_revocation_head")),
    )


def _ca_bridge_revoked() -> None:
    op.create_table(
        "ca_bridge_revoked",
        sa.Column("ca", sa.Uuid(), nullable=False),
        sa.Column("issuer", DigestColumn(), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint(
            "ca", "issuer", "serial", name=op.f("pk_ca_bridge_revoked")
        ),
    )


def _clients_client() -> None:
    op.create_table(
        "clients_client",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("secret", DigestColumn(), nullable=True),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("record", Json(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients_client")),
    )


def _consent_answer() -> None:
    op.create_table(
        "consent_answer",
        sa.Column("interaction", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("interaction", name=op.f("pk_consent_answer")),
    )
    op.create_index(
        op.f("ix_consent_answer_answered_at"),
        "consent_answer",
        ["answered_at"],
        unique=False,
    )


def _consent_receipt() -> None:
    op.create_table(
        "consent_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("attributes", Json(), nullable=False),
        sa.Column("texts", Json(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("given_at", UtcInstant(), nullable=False),
        sa.Column("interaction", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_receipt")),
    )
    op.create_index(
        op.f("ix_consent_receipt_person"), "consent_receipt", ["person"], unique=False
    )


def _consent_release() -> None:
    op.create_table(
        "consent_release",
        sa.Column("interaction", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("client_name", Json(), nullable=False),
        sa.Column("attributes", Json(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("released_at", UtcInstant(), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("interaction", name=op.f("pk_consent_release")),
    )
    op.create_index(
        op.f("ix_consent_release_person"), "consent_release", ["person"], unique=False
    )


def _federation_chain() -> None:
    op.create_table(
        "federation_chain",
        sa.Column("entity", sa.String(length=2048), nullable=False),
        sa.Column("tokens", Json(), nullable=True),
        sa.Column("expires_at", UtcInstant(), nullable=True),
        sa.Column("next_at", UtcInstant(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_federation_chain")),
    )
    op.create_index(
        op.f("ix_federation_chain_next_at"), "federation_chain", ["next_at"], unique=False
    )


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_at", UtcInstant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=True),
        sa.Column("lease_until", UtcInstant(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("finished_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_job_kind_key")),
    )
    op.create_index("ix_job_due", "job", ["state", "run_at"], unique=False)


def _kept_reply() -> None:
    op.create_table(
        "kept_reply",
        sa.Column("owner", sa.String(length=512), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("fingerprint", DigestColumn(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", Json(), nullable=True),
        sa.Column("body", SealedBytes(), nullable=True),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_kept_reply")),
    )
    op.create_index(op.f("ix_kept_reply_at"), "kept_reply", ["at"], unique=False)


def _keys_generation() -> None:
    op.create_table(
        "keys_generation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys_generation")),
    )


def _keys_key() -> None:
    op.create_table(
        "keys_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("algorithm", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("public", Json(), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_keys_key")),
    )
    op.create_index(op.f("ix_keys_key_purpose"), "keys_key", ["purpose"], unique=False)


def _lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def _login_challenge() -> None:
    op.create_table(
        "login_challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interaction", sa.Uuid(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("answered_at", UtcInstant(), nullable=True),
        sa.Column("key_digest", DigestColumn(), nullable=True),
        sa.Column("organisation_uscc", sa.String(length=18), nullable=True),
        sa.Column("taken_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_challenge")),
    )
    op.create_index(
        op.f("ix_login_challenge_expires_at"),
        "login_challenge",
        ["expires_at"],
        unique=False,
    )


def _login_failure() -> None:
    op.create_table(
        "login_failure",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", DigestColumn(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_login_failure")),
    )
    op.create_index(
        op.f("ix_login_failure_since"), "login_failure", ["since"], unique=False
    )


def _login_pending_factor() -> None:
    op.create_table(
        "login_pending_factor",
        sa.Column("interaction", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("authenticator", sa.Uuid(), nullable=False),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(length=8), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("interaction", name=op.f("pk_login_pending_factor")),
    )
    op.create_index(
        op.f("ix_login_pending_factor_expires_at"),
        "login_pending_factor",
        ["expires_at"],
        unique=False,
    )


def _oidc_grant() -> None:
    op.create_table(
        "oidc_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", DigestColumn(), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("scopes", Json(), nullable=False),
        sa.Column("id_token_claims", Json(), nullable=False),
        sa.Column("userinfo_claims", Json(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("challenge", sa.String(length=43), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("amr", Json(), nullable=False),
        sa.Column("authenticated_at", UtcInstant(), nullable=False),
        sa.Column("providers", Json(), nullable=False),
        sa.Column("acting_for", sa.Uuid(), nullable=True),
        sa.Column("is_offline", sa.Boolean(), nullable=False),
        sa.Column("issued_at", UtcInstant(), nullable=False),
        sa.Column("code_expires_at", UtcInstant(), nullable=False),
        sa.Column("redeemed_at", UtcInstant(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_grant")),
        sa.UniqueConstraint("code", name=op.f("uq_oidc_grant_code")),
    )
    op.create_index("ix_oidc_grant_issued_at", "oidc_grant", ["issued_at"], unique=False)


def _oidc_pending() -> None:
    op.create_table(
        "oidc_pending",
        sa.Column("interaction", sa.Uuid(), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("parameters", Json(), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("interaction", name=op.f("pk_oidc_pending")),
    )
    op.create_index(
        op.f("ix_oidc_pending_started_at"), "oidc_pending", ["started_at"], unique=False
    )


def _oidc_refresh() -> None:
    op.create_table(
        "oidc_refresh",
        sa.Column("token", DigestColumn(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_oidc_refresh")),
    )
    op.create_index(
        op.f("ix_oidc_refresh_grant_id"), "oidc_refresh", ["grant_id"], unique=False
    )


def _people_organisation() -> None:
    op.create_table(
        "people_organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_organisation")),
        sa.UniqueConstraint("uscc", name=op.f("uq_people_organisation_uscc")),
    )


def _people_person() -> None:
    op.create_table(
        "people_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("name", SealedBytes(), nullable=False),
        sa.Column("id_number", SealedBytes(), nullable=True),
        sa.Column("number_index", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_person")),
        sa.UniqueConstraint("number_index", name=op.f("uq_people_person_number_index")),
    )


def _people_account() -> None:
    op.create_table(
        "people_account",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["people_person.id"], name=op.f("fk_people_account_person")
        ),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_people_account")),
        sa.UniqueConstraint("person", name=op.f("uq_people_account_person")),
    )


def _people_authenticator() -> None:
    op.create_table(
        "people_authenticator",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", UtcInstant(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("key_digest", DigestColumn(), nullable=True),
        sa.Column("last_used_at", UtcInstant(), nullable=True),
        sa.Column("secret", SealedBytes(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["people_person.id"], name=op.f("fk_people_authenticator_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_authenticator")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_people_authenticator_key_digest")),
    )
    op.create_index(
        op.f("ix_people_authenticator_person"),
        "people_authenticator",
        ["person"],
        unique=False,
    )


def _people_link() -> None:
    op.create_table(
        "people_link",
        sa.Column("issuer", sa.String(length=512), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("linked_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["people_person.id"], name=op.f("fk_people_link_person")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_people_link")),
    )
    op.create_index(op.f("ix_people_link_person"), "people_link", ["person"], unique=False)


def _people_mandate() -> None:
    op.create_table(
        "people_mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("until", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["people_organisation.id"],
            name=op.f("fk_people_mandate_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["people_person.id"], name=op.f("fk_people_mandate_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_mandate")),
    )
    op.create_index(
        op.f("ix_people_mandate_person"), "people_mandate", ["person"], unique=False
    )


def _publish_statement() -> None:
    op.create_table(
        "publish_statement",
        sa.Column("subject", sa.String(length=2048), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("issued_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("entity_types", Json(), nullable=False),
        sa.Column("is_intermediate", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_publish_statement")),
    )


def _realname_attempt() -> None:
    op.create_table(
        "realname_attempt",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", DigestColumn(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_realname_attempt")),
    )
    op.create_index(
        op.f("ix_realname_attempt_since"), "realname_attempt", ["since"], unique=False
    )


def _realname_proposal() -> None:
    op.create_table(
        "realname_proposal",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_realname_proposal")),
    )
    op.create_index(
        "ix_realname_proposal_open",
        "realname_proposal",
        ["subject", "approver"],
        unique=False,
    )


def _realname_verification() -> None:
    op.create_table(
        "realname_verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("client", sa.String(length=255), nullable=True),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=True),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("name", SealedBytes(), nullable=False),
        sa.Column("number", SealedBytes(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_realname_verification")),
    )
    op.create_index(
        op.f("ix_realname_verification_at"), "realname_verification", ["at"], unique=False
    )
    op.create_index(
        op.f("ix_realname_verification_client"),
        "realname_verification",
        ["client"],
        unique=False,
    )
    op.create_index(
        op.f("ix_realname_verification_number_index"),
        "realname_verification",
        ["number_index"],
        unique=False,
    )
    op.create_index(
        op.f("ix_realname_verification_person"),
        "realname_verification",
        ["person"],
        unique=False,
    )


def _realname_window_record() -> None:
    op.create_table(
        "realname_window_record",
        sa.Column("proposal", sa.Uuid(), nullable=False),
        sa.Column("content", SealedBytes(), nullable=True),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("proposal", name=op.f("pk_realname_window_record")),
    )
    op.create_index(
        op.f("ix_realname_window_record_made_at"),
        "realname_window_record",
        ["made_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_realname_window_record_person"),
        "realname_window_record",
        ["person"],
        unique=False,
    )


def _registry_history() -> None:
    op.create_table(
        "registry_history",
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=True),
        sa.Column("second", sa.Uuid(), nullable=True),
        sa.Column("grounds", Json(), nullable=False),
        sa.Column("change", Json(), nullable=False),
        sa.PrimaryKeyConstraint("member", "version", name=op.f("pk_registry_history")),
    )


def _registry_member() -> None:
    op.create_table(
        "registry_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.String(length=2048), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=True),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("contacts", Json(), nullable=False),
        sa.Column("terms", Json(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("suspended_by", sa.Uuid(), nullable=True),
        sa.Column("suspended_at", UtcInstant(), nullable=True),
        sa.Column("suspension_proposal", sa.Uuid(), nullable=True),
        sa.Column("suspension_confirmed", sa.Boolean(), nullable=False),
        sa.Column("suspension_alarmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_member")),
        sa.UniqueConstraint("entity_id", name=op.f("uq_registry_member_entity_id")),
    )
    op.create_index(
        op.f("ix_registry_member_state"), "registry_member", ["state"], unique=False
    )


def _registry_proposal() -> None:
    op.create_table(
        "registry_proposal",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_proposal")),
    )
    op.create_index(
        "ix_registry_proposal_open",
        "registry_proposal",
        ["subject", "approver"],
        unique=False,
    )


def _session_followed() -> None:
    op.create_table(
        "session_followed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_followed")),
    )


def _session_interaction() -> None:
    op.create_table(
        "session_interaction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("browser", DigestColumn(), nullable=True),
        sa.Column("asked", Json(), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=True),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("outcome_detail", sa.String(length=128), nullable=True),
        sa.Column("finished_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_interaction")),
    )
    op.create_index(
        op.f("ix_session_interaction_expires_at"),
        "session_interaction",
        ["expires_at"],
        unique=False,
    )


def _session_session() -> None:
    op.create_table(
        "session_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cookie", DigestColumn(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("authenticator", sa.Integer(), nullable=False),
        sa.Column("path", sa.Integer(), nullable=True),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.Column("amr", Json(), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.Column("authenticated_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("idle_at", UtcInstant(), nullable=False),
        sa.Column("providers", Json(), nullable=False),
        sa.Column("authenticators", Json(), nullable=False),
        sa.Column("acting_for", sa.Uuid(), nullable=True),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("upstream_provider", sa.String(length=64), nullable=True),
        sa.Column("upstream_issuer", sa.String(length=512), nullable=True),
        sa.Column("upstream_subject", sa.String(length=255), nullable=True),
        sa.Column("upstream_sid", sa.String(length=255), nullable=True),
        sa.Column("upstream_id_token", SealedBytes(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("end_reason", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_session")),
        sa.UniqueConstraint("cookie", name=op.f("uq_session_session_cookie")),
    )
    op.create_index(
        op.f("ix_session_session_expires_at"),
        "session_session",
        ["expires_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_session_session_person"), "session_session", ["person"], unique=False
    )


def _session_participant() -> None:
    op.create_table(
        "session_participant",
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("protocol", sa.String(length=16), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["session_session.id"], name=op.f("fk_session_participant_session")
        ),
        sa.PrimaryKeyConstraint(
            "session", "protocol", "client", name=op.f("pk_session_participant")
        ),
    )


def _session_provider() -> None:
    op.create_table(
        "session_provider",
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.String(length=512), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["session_session.id"], name=op.f("fk_session_provider_session")
        ),
        sa.PrimaryKeyConstraint("session", "entity", name=op.f("pk_session_provider")),
    )
    op.create_index(
        op.f("ix_session_provider_entity"), "session_provider", ["entity"], unique=False
    )


def _session_sign_out() -> None:
    op.create_table(
        "session_sign_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_sign_out")),
    )
    op.create_index(
        op.f("ix_session_sign_out_session"), "session_sign_out", ["session"], unique=False
    )


def _session_delivery() -> None:
    op.create_table(
        "session_delivery",
        sa.Column("sign_out", sa.Uuid(), nullable=False),
        sa.Column("protocol", sa.String(length=16), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_out"], ["session_sign_out.id"], name=op.f("fk_session_delivery_sign_out")
        ),
        sa.PrimaryKeyConstraint(
            "sign_out", "protocol", "client", name=op.f("pk_session_delivery")
        ),
    )


def _standing_change() -> None:
    op.create_table(
        "standing_change",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=2048), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_standing_change")),
    )


def _trail_event() -> None:
    op.create_table(
        "trail_event",
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=True),
        sa.Column("interaction", sa.String(length=36), nullable=True),
        sa.Column("correlation", sa.String(length=64), nullable=True),
        sa.Column("relying_party", sa.String(length=512), nullable=True),
        sa.Column("provider", sa.String(length=512), nullable=True),
        sa.Column("subject", sa.String(length=128), nullable=True),
        sa.Column("nonce", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "log_index", name=op.f("pk_trail_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_trail_event_event_id")),
    )
    op.create_index(op.f("ix_trail_event_at"), "trail_event", ["at"], unique=False)
    op.create_index(
        op.f("ix_trail_event_correlation"), "trail_event", ["correlation"], unique=False
    )
    op.create_index(
        op.f("ix_trail_event_interaction"), "trail_event", ["interaction"], unique=False
    )
    op.create_index(
        op.f("ix_trail_event_reference"), "trail_event", ["reference"], unique=False
    )
    op.create_index(
        op.f("ix_trail_event_subject"), "trail_event", ["subject"], unique=False
    )
    op.create_index(
        op.f("ix_trail_event_type_log_index"),
        "trail_event",
        ["type", "log_index"],
        unique=False,
    )


def _trail_head() -> None:
    op.create_table(
        "trail_head",
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_trail_head")),
    )


def _trail_outbox() -> None:
    op.create_table(
        "trail_outbox",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_trail_outbox")),
        sqlite_autoincrement=True,
    )


def _trail_tile() -> None:
    op.create_table(
        "trail_tile",
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tile_index", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "stream", "level", "tile_index", name=op.f("pk_trail_tile")
        ),
    )
