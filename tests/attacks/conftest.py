"""One house for all attacks of a file: it must stand after each of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.house import House


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Build the installation that is attacked."""
    folder: Path = tmp_path_factory.mktemp("house")
    built = House.built(folder)
    yield built
    built.close()


@pytest.fixture(autouse=True)
def _no_defect(house: House) -> Iterator[None]:
    """A traceback in the log is a finding, whatever the answer was."""
    house.defects.seen.clear()
    yield
    assert house.defects.seen == []
