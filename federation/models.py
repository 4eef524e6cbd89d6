"""Tables of the federation's readers."""

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, false

from kernel.infra.db import Json, UtcInstant, metadata

CHAIN: Final = Table(
    "federation_chain",
    metadata,
    Column("entity", String(2048), primary_key=True),
    Column("tokens", Json),
    Column("expires_at", UtcInstant),
    Column("next_at", UtcInstant, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failure", String(80)),
    Column("met", Boolean, nullable=False, server_default=false()),
    Column("alarmed", Boolean, nullable=False, server_default=false()),
)
"""The last good chain of each followed entity, leaf first."""

Index("ix_federation_chain_due", CHAIN.c.next_at, CHAIN.c.entity)

SUPERIOR: Final = Table(
    "federation_superior",
    metadata,
    Column("entity", String(2048), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("failure", String(80)),
    Column("failing_since", UtcInstant),
    Column("alarmed", Boolean, nullable=False, server_default=false()),
)
"""How far the changes of each superior have been read."""

EXCEPTION: Final = Table(
    "federation_exception",
    metadata,
    Column("superior", String(1024), primary_key=True),
    Column("party", String(2048), primary_key=True),
)
"""Which superior has stopped whom in our register of standing."""

ANSWER: Final = Table(
    "federation_answer",
    metadata,
    Column("entity", String(2048), primary_key=True),
    Column("entity_type", String(255), primary_key=True),
    Column("anchor", String(2048), nullable=False),
    Column("token", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("answered_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("parties", Json, nullable=False),
    Column("entry", Json),
)
"""Resolve responses, signed ahead; ``entry`` is what the collection shows, once each."""
