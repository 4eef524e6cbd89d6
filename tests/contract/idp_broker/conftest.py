"""Every store of the broker: in memory, over SQLite, over PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from idp.broker import models
from idp.broker.ports import (
    AttemptStore,
    FarewellStore,
    KeyStore,
    ProviderStore,
    RegistrationStore,
    SeenLogouts,
)
from idp.broker.store.attempts import SqlAttempts, SqlFarewells
from idp.broker.store.keys import SqlKeys, SqlSeenLogouts
from idp.broker.store.providers import SqlProviders
from idp.broker.store.registrations import SqlRegistrations
from kernel.entropy import SeededEntropy
from kernel.infra.db import Database
from kernel.proof.seal import Sealer
from tests.unit.idp.broker.fakes import (
    MemoryAttempts,
    MemoryFarewells,
    MemoryKeys,
    MemoryProviders,
    MemoryRegistrations,
    MemorySeenLogouts,
)
from tests.unit.idp.people.fakes import FixedKeys

_TABLES = (
    models.broker_provider,
    models.broker_attempt,
    models.broker_farewell,
    models.broker_keys,
    models.broker_logout_seen,
    models.broker_registration,
)


@dataclass(frozen=True)
class Stores:
    """One of each."""

    providers: ProviderStore
    attempts: AttemptStore
    farewells: FarewellStore
    keys: KeyStore
    seen: SeenLogouts
    registrations: RegistrationStore


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "memory":
        yield Stores(
            MemoryProviders(),
            MemoryAttempts(),
            MemoryFarewells(),
            MemoryKeys(),
            MemorySeenLogouts(),
            MemoryRegistrations(),
        )
        return
    url = f"sqlite:///{tmp_path}/broker.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    db, sealer = Database(url), Sealer(FixedKeys(), SeededEntropy())
    for table in _TABLES:
        table.drop(db.engine, checkfirst=True)
        table.create(db.engine)
    yield Stores(
        SqlProviders(db, sealer),
        SqlAttempts(db, sealer),
        SqlFarewells(db),
        SqlKeys(db),
        SqlSeenLogouts(db),
        SqlRegistrations(db),
    )
    db.close()
