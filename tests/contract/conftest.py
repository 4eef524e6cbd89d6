"""Fixtures that hand each contract test every engine in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from kernel.infra.db import Database
from tests.contract.cluster import running_cluster

_NAME = "contract"


def _run(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def contract_database(postgres_url: str) -> Iterator[Engine]:
    """One PostgreSQL database for all contract tests of this process."""
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    _run(server, f"CREATE DATABASE {_NAME}")
    engine = create_engine(
        make_url(postgres_url).set(database=_NAME), isolation_level="AUTOCOMMIT"
    )
    yield engine
    engine.dispose()
    _run(server, f"DROP DATABASE {_NAME} WITH (FORCE)")
    server.dispose()


@pytest.fixture(scope="session")
def redis_cluster_url() -> Iterator[str]:
    """Start a Redis Cluster of three masters; give its `redis+cluster://` address."""
    with running_cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database: first SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/hub.db"
        return
    engine: Engine = request.getfixturevalue("contract_database")
    yield engine.url.render_as_string(hide_password=False)
    _run(
        engine,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
    )


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database: first SQLite, then PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()
