"""The relational database: SQLite by default, PostgreSQL by setting.

A room's ``models.py`` declares tables on `metadata` with the column types here; its
``store.py`` runs statements through a `Database`. Whatever a store runs inside the unit of
work of a flow belongs to that transaction, without being told so.
"""

from kernel.infra.db.batches import BATCH, delete_in_batches
from kernel.infra.db.columns import (
    DigestColumn,
    Json,
    SealedBytes,
    UtcInstant,
    metadata,
    upsert,
)
from kernel.infra.db.counting import Count
from kernel.infra.db.database import Database
from kernel.infra.db.engines import Limits
from kernel.infra.db.failures import AlreadyStored, DatabaseUnavailable
from kernel.infra.db.gathering import WAITING_LIMIT, Gathering, Overloaded
from kernel.infra.db.grouped import GroupedInsert
from kernel.infra.db.hot import BatchInsert, Hot, HotRow, SqlValue
from kernel.infra.db.layout import create_all
from kernel.infra.db.prepared import NotPreparable, Prepared
from kernel.infra.db.transaction import AfterCommit, NoUnitOfWork

__all__ = [
    "BATCH",
    "WAITING_LIMIT",
    "AfterCommit",
    "AlreadyStored",
    "BatchInsert",
    "Count",
    "Database",
    "DatabaseUnavailable",
    "DigestColumn",
    "Gathering",
    "GroupedInsert",
    "Hot",
    "HotRow",
    "Json",
    "Limits",
    "NoUnitOfWork",
    "NotPreparable",
    "Overloaded",
    "Prepared",
    "SealedBytes",
    "SqlValue",
    "UtcInstant",
    "create_all",
    "delete_in_batches",
    "metadata",
    "upsert",
]
