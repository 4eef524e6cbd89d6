"""One assembled broker and one upstream for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.idp.broker.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(f"sqlite:///{tmp_path}/hub.db")
    yield built
    built.close()
