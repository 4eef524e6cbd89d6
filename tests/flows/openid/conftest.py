"""One house for all plans of a process; its clock can be moved."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.house import House
from tests.flows.openid.serving import Site, served
from tests.flows.openid.suite import MovedClock, Suite
from tests.flows.openid.visit import USERNAME


@pytest.fixture(scope="session")
def openid_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """Set an installation up, with one person who can sign in."""
    folder: Path = tmp_path_factory.mktemp("openid")
    clock = MovedClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.drivers.SystemClock", lambda: clock)
        house = House.built(folder)
    house.person(USERNAME)
    clock.wait(3)  # a process asks for keys that another made every two seconds
    yield Suite(house, clock)
    house.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve what a relying party serves."""
    with served() as up:
        yield up


@pytest.fixture
def suite(openid_hub: Suite) -> Iterator[Suite]:
    """Return the suite; a traceback in the log fails the module, whatever was answered."""
    openid_hub.house.defects.seen.clear()
    yield openid_hub
    assert openid_hub.house.defects.seen == []
