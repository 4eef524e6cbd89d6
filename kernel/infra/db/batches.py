"""Deletes what is over a little at a time, so that nobody waits long for a lock."""

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, delete, select

from kernel.infra.db.database import Database

BATCH: Final = 1000
"""Rows of one statement: some ten milliseconds of the writer's lock."""


def delete_in_batches(
    db: Database, table: Table, key: Column[Any], over: ColumnElement[bool]
) -> int:
    """Delete the rows for which ``over`` holds; return how many they were.

    ``over`` compares an indexed column. Outside a unit of work each batch is a transaction
    of its own, so a crash loses one batch at most.
    """
    some = select(key).where(over).limit(BATCH)
    statement = delete(table).where(key.in_(some.scalar_subquery()))
    total = 0
    while deleted := db.write(statement):
        total += deleted
        if deleted < BATCH:
            break
    return total
