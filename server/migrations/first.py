"""Writes revision 0001 anew from the tables: ``python -m server.migrations.first``.

Only before the first release: a schema that anybody has in use moves by a new revision.
Needs the development tools (ruff lays the file out).
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from alembic.autogenerate import render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, UpgradeOps
from sqlalchemy import Table

from server.migrations.tables import is_of_the_hub, metadata

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext

FILE: Final = Path(__file__).parent / "versions" / "0001_first.py"
_OURS: Final = "kernel.infra.db.columns"

_HEAD: Final = '''"""The tables of the first release, written by server.migrations.first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.infra.db import DigestColumn, Json, SealedBytes, UtcInstant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables, those that others refer to first."""
    for create in (
'''


def written() -> str:
    """Return the text of the revision."""
    tables = sorted_tables()
    names = "".join(f"        _{table.name},\n" for table in tables)
    created = "".join(_created(table) for table in tables)
    return _tidied(f"{_HEAD}{names}    ):\n        create()\n{created}")


def sorted_tables() -> list[Table]:
    """Return the tables by name, but each after those that it refers to."""
    ours = (table for table in metadata.tables.values() if is_of_the_hub(table.name))
    left = sorted(ours, key=lambda table: table.name)
    done: list[Table] = []
    while left:
        ready = next(table for table in left if _refers_to(table) <= {*done, table})
        left.remove(ready)
        done.append(ready)
    return done


def _refers_to(table: Table) -> set[Table]:
    return {key.column.table for key in table.foreign_keys}


def _created(table: Table) -> str:
    operations = UpgradeOps([*_operations(table)])
    body = render_python_code(operations, render_item=_our_types, render_as_batch=True)
    said = [line for line in body.splitlines() if not line.lstrip().startswith("# ###")]
    return "\n".join(["\n", f"def _{table.name}() -> None:", *said, ""])


def _operations(table: Table) -> Iterator[CreateTableOp | CreateIndexOp]:
    yield CreateTableOp.from_table(table)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield CreateIndexOp.from_index(index)


def _our_types(kind: str, item: object, _context: "AutogenContext") -> str | Literal[False]:
    """Write a column type of ours by its name; everything else is Alembic's business."""
    if kind == "type" and type(item).__module__ == _OURS:
        return f"{type(item).__name__}()"
    return False


def _tidied(text: str) -> str:
    """Lay the text out as the rest of the tree is, unused imports removed."""
    for step in (["check", "--fix", "--quiet", "--select", "F401,I,COM"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *step, "--stdin-filename", str(FILE), "-"]
        text = subprocess.run(  # noqa: S603  our own arguments
            ruff, input=text, capture_output=True, text=True, check=True
        ).stdout
    return text


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
