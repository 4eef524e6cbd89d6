"""Every contract of the trust root is held in memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.infra.db import Database, create_all, metadata

ENGINES = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=ENGINES)
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database | None]:
    """A database with empty tables; None where the fake is meant."""
    if request.param == "memory":
        yield None
        return
    url = f"sqlite:///{tmp_path / 'trustroot.sqlite'}"
    if request.param == "postgres":
        url = request.getfixturevalue("contract_database").url.render_as_string(
            hide_password=False
        )
    opened = Database(url)
    create_all(opened)
    yield opened
    metadata.drop_all(opened.engine)
    opened.close()
