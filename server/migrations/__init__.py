"""The schema of all rooms: one line of revisions, on SQLite and on PostgreSQL.

An operator moves a database forward with `migrate`; a process asks `require_current`
before it serves or works, and refuses another revision's schema. Going back is a restore.
"""

from server.migrations.schema import (
    Moved,
    SchemaNotCurrent,
    current,
    head,
    is_current,
    migrate,
    require_current,
)

__all__ = [
    "Moved",
    "SchemaNotCurrent",
    "current",
    "head",
    "is_current",
    "migrate",
    "require_current",
]
