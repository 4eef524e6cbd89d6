"""One issuer joined to a federation for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.idp.oidc.joined import Joined


@pytest.fixture
def joined(tmp_path: Path) -> Iterator[Joined]:
    built = Joined(f"sqlite:///{tmp_path}/hub.db")
    yield built
    built.db.close()
