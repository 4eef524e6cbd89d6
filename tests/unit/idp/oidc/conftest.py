"""One assembled issuer for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.idp.oidc.house import House, a_portal
from tests.unit.idp.oidc.joined import Joined
from tests.unit.idp.oidc.signing import a_signing_portal


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(f"sqlite:///{tmp_path}/hub.db")
    built.register(a_portal())
    yield built
    built.db.close()


@pytest.fixture
def signing(house: House) -> House:
    assert house.register(a_signing_portal()).secret is None
    return house


@pytest.fixture
def joined(tmp_path: Path) -> Iterator[Joined]:
    built = Joined(f"sqlite:///{tmp_path}/hub.db")
    yield built
    built.db.close()
