"""The number that grows with every change of what lists may say."""

from typing import Final

from sqlalchemy import select

from kernel.infra.db import Database, upsert
from trustroot.publish.models import BOOKMARKS

_NAME: Final = "lists"


def count_up(database: Database) -> None:
    """Count the generation of lists up; part of the surrounding unit of work."""
    first = upsert(BOOKMARKS).values(name=_NAME, number=1)
    counted = {"number": BOOKMARKS.c.number + 1}
    database.write(first.on_conflict_do_update(index_elements=["name"], set_=counted))


def current(database: Database) -> int:
    """Return the generation of lists; 0 before the first change."""
    asked = select(BOOKMARKS.c.number).where(BOOKMARKS.c.name == _NAME)
    row = database.read_one(asked)
    return 0 if row is None else int(row[0])
