"""Tables of relying parties: those kept here, and members that federate themselves."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, Uuid

from kernel.infra.db import DigestColumn, Json, SealedBytes, UtcInstant, metadata

# What is looked up or compared is a column; the rest of the record is one JSON document.
clients_client = Table(
    "clients_client",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("secret", DigestColumn),
    Column("sealed_secret", SealedBytes),
    # Keys that were read from the client's own address: nobody said them to us.
    Column("keys_read", Json),
    Column("resumes", String(16)),
    Column("person", Uuid),
    Column("record", Json, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
)

# What a member brought along or registered with: the chain says who it is.
clients_registration = Table(
    "clients_registration",
    metadata,
    Column("entity", String(255), primary_key=True),
    Column("registration", String(16), nullable=False),
    Column("chain", Json, nullable=False),
    Column("secret", DigestColumn),
    Column("registered_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False, index=True),
)

# What was done to a record, by version: every change makes a new one.
clients_change = Table(
    "clients_change",
    metadata,
    Column("client", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("action", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", String(64)),
    Column("proposal", Uuid),
    Column("at", UtcInstant, nullable=False),
)

# What waits for, or had, a second person (`kernel.approval`).
clients_proposal = Table(
    "clients_proposal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", String(80), nullable=False),
    Column("action", String(16), nullable=False),
    Column("change", Json, nullable=False),
    Column("base", Integer, nullable=False),
    Column("digest", DigestColumn, nullable=False),
    Column("proposer", Uuid, nullable=False),
    Column("proposed_at", UtcInstant, nullable=False),
    Column("approver", Uuid),
    Column("decided_at", UtcInstant),
    Index("ix_clients_proposal_open", "subject", "approver"),
)

# People with whom applications on trial may be tried.
clients_trial_person = Table(
    "clients_trial_person",
    metadata,
    Column("person", Uuid, primary_key=True),
    Column("since", UtcInstant, nullable=False),
)

# What was at a logo_uri when it was read, once for each record that names it: so a picture
# is another only where its record is.
clients_picture = Table(
    "clients_picture",
    metadata,
    Column("client", String(64), primary_key=True),
    Column("address", String(512), primary_key=True),
    Column("digest", DigestColumn, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("read_at", UtcInstant, nullable=False),
)
