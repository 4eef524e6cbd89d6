"""One assembled issuer for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.idp.oidc.house import House, a_portal


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(f"sqlite:///{tmp_path}/hub.db")
    built.register(a_portal())
    yield built
    built.db.close()
