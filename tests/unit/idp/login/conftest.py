from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.idp.login.house import Browser, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


@pytest.fixture
def browser(house: House) -> Browser:
    return house.browser()
