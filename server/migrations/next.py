"""Writes the newest revision anew: ``python -m server.migrations.next``.

What it says is the difference between the revision before it and the tables, so it can be
written again until it is released; then the next one begins. Needs the development tools
(ruff lays the file out).
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import MigrateOperation, UpgradeOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.sql.elements import False_, True_

from server.migrations.schema import alembic_config
from server.migrations.tables import is_of_the_hub, metadata

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext

BEFORE: Final = "0001"
"""The last revision that somebody may have in use."""
FILE: Final = Path(__file__).parent / "versions" / "0002_membership.py"
_OURS: Final = "kernel.infra.db.columns"

_HEAD: Final = '''"""Membership in full, written by server.migrations.next."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.infra.db import DigestColumn, Json, SealedBytes, UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables what the rooms declare."""
'''


def written() -> str:
    """Return the text of the revision."""
    body = render_python_code(_difference(), render_item=_our_types, render_as_batch=True)
    said = [line for line in body.splitlines() if not line.lstrip().startswith("# ###")]
    return _tidied(_HEAD + "\n".join([*said, ""]))


def _difference() -> UpgradeOps:
    """Return what leads from a database of the revision before to the tables."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/before.db")
        with engine.begin() as connection:
            _migrated(connection)
            options = {"include_object": _is_compared}
            context = MigrationContext.configure(connection, opts=options)
            found = produce_migrations(context, metadata).upgrade_ops
        engine.dispose()
    return UpgradeOps([]) if found is None else _ordered(found)


def _migrated(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)


def _ordered(found: UpgradeOps) -> UpgradeOps:
    """Lay operations out by the table they are about: the same text every time.

    Tables that others refer to come first already; Python's sorting keeps their order.
    """
    return UpgradeOps(sorted(found.ops, key=_place))


def _place(operation: MigrateOperation) -> tuple[bool, str]:
    # A new table may refer to a new one: creations keep the order Alembic found.
    name = str(getattr(operation, "table_name", ""))
    is_new = type(operation).__name__ in {"CreateTableOp", "CreateIndexOp"}
    return (not is_new, "" if is_new else name)


def _is_compared(
    _item: object, name: str | None, kind: str, _reflected: object, _other: object
) -> bool:
    return kind != "table" or is_of_the_hub(str(name))


def _our_types(kind: str, item: object, _context: "AutogenContext") -> str | Literal[False]:
    """Write a column type of ours by its name; everything else is Alembic's business.

    A default that is a truth value stays one: SQLite's 0 is no boolean to PostgreSQL.
    """
    if kind == "type" and type(item).__module__ == _OURS:
        return f"{type(item).__name__}()"
    said = getattr(item, "arg", None) if kind == "server_default" else None
    if isinstance(said, False_ | True_):
        return "sa.false()" if isinstance(said, False_) else "sa.true()"
    return False


def _tidied(text: str) -> str:
    """Lay the text out as the rest of the tree is, unused imports removed."""
    fixed = "F401,I,COM,PIE790"
    for step in (["check", "--fix", "--quiet", "--select", fixed], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *step, "--stdin-filename", str(FILE), "-"]
        text = subprocess.run(  # noqa: S603  our own arguments
            ruff, input=text, capture_output=True, text=True, check=True
        ).stdout
    return text


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
