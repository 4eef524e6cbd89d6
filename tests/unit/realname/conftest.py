"""A house for every test of this room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.realname.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()
