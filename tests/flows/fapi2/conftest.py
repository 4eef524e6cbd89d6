"""An installation, and two clients of each kind in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.fapi2.registering import a_house, a_party
from tests.flows.fapi2.suite import Party
from tests.unit.idp.oidc.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = a_house(tmp_path)
    yield built
    built.db.close()


@pytest.fixture(params=["private_key_jwt and DPoP", "mutual TLS"])
def party(request: pytest.FixtureRequest, house: House) -> Party:
    return a_party(house, "first", by_certificate=request.param == "mutual TLS")


@pytest.fixture
def by_key(house: House) -> Party:
    return a_party(house, "first", by_certificate=False)


@pytest.fixture
def by_certificate(house: House) -> Party:
    return a_party(house, "first", by_certificate=True)
