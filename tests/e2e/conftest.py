"""A running house, a relying party, a browser; with and without script."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty, relying_party
from tests.e2e.visitor import PATIENCE_MS, Visitor

CHROMIUM: Final = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Run one installation for all tests."""
    running = House(tmp_path_factory.mktemp("house"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start the driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start the system's Chromium."""
    program = next(path for path in CHROMIUM if Path(path).exists())
    launched = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
    yield launched
    launched.close()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Open a fresh window that reads Chinese, once with script and once without."""
    window = browser.new_context(locale="zh-CN", java_script_enabled=request.param)
    window.set_default_timeout(PATIENCE_MS)
    yield Visitor(window.new_page(), script=request.param)
    window.close()


@pytest.fixture
def scripted(browser: Browser) -> Iterator[Visitor]:
    """Open a fresh window with script, for what needs one to be measured."""
    window = browser.new_context(locale="zh-CN")
    window.set_default_timeout(PATIENCE_MS)
    yield Visitor(window.new_page())
    window.close()


@pytest.fixture
def plain(house: House) -> Iterator[RelyingParty]:
    """Serve a relying party that wants to know nothing but who it is."""
    with relying_party(house, f"plain-{secrets.token_hex(4)}") as party:
        yield party


@pytest.fixture
def curious(house: House) -> Iterator[RelyingParty]:
    """Serve a relying party that asks for the name, by consent, and shows itself."""
    named = f"curious-{secrets.token_hex(4)}"
    claims = [{"name": "name", "basis": "consent"}]
    with relying_party(house, named, shows_itself=True, claims=claims) as party:
        yield party


@pytest.fixture
def entitled(house: House) -> Iterator[RelyingParty]:
    """Serve a relying party that a statute lets have the name."""
    claims = [{"name": "name", "basis": "statutory"}]
    with relying_party(house, f"entitled-{secrets.token_hex(4)}", claims=claims) as party:
        yield party
