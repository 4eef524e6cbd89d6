"""The table of jobs."""

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint, Uuid

from kernel.infra.db import Json, UtcInstant, metadata

JOB: Final = Table(
    "job",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(100), nullable=False),
    Column("key", String(200)),
    Column("payload", Json, nullable=False),
    Column("state", String(10), nullable=False),
    Column("run_at", UtcInstant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("holder", String(200)),
    Column("lease_until", UtcInstant),
    Column("done", Integer),
    Column("total", Integer),
    Column("reason", String(200)),
    Column("created_at", UtcInstant, nullable=False),
    Column("finished_at", UtcInstant),
    UniqueConstraint("kind", "key"),
)
"""Jobs to do, being done and done; ``fence`` rises whenever somebody takes one."""

Index("ix_job_due", JOB.c.state, JOB.c.run_at)
