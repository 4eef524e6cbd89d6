from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.loader import read_page
from config.schema import Settings
from kernel.clock import SetClock
from kernel.infra.outbound import Outbound, OutboundRules
from server.portals import application
from tests.unit.config.pages import a_dev_page
from tests.unit.portals.fake_hub import CLIENT, SECRET, FakeHub, serving

ORIGIN = "http://localhost:8440"
SESSION = "trusthub-portal-public-session"


@dataclass
class Browser:
    """A person's browser at one portal, with the hub beside it."""

    client: FlaskClient
    hub: FakeHub

    def leave(self, path: str = "/sign-in?next=/me") -> str:
        """Go to sign in; return the hub's address."""
        response = self.client.get(path)
        assert response.status_code == 303, response.text
        return str(response.headers["Location"])

    def come_back(self, address: str, **bent: str | None) -> TestResponse:
        """Have the hub answer, and bring the answer to the portal."""
        return self.client.get(self.hub.authorize(address, **bent))

    def sign_in(self, path: str = "/sign-in?next=/me", **bent: str | None) -> TestResponse:
        return self.come_back(self.leave(path), **bent)

    @property
    def session(self) -> str | None:
        cookie = self.client.get_cookie(SESSION, domain="localhost")
        return cookie.value if cookie else None

    def is_signed_in(self) -> bool:
        return 'id="who-subject"' in self.client.get("/me").text

    def post(self, path: str, /, **fields: str) -> TestResponse:
        """Post a form of the portal's own, with its token."""
        page = self.client.get("/sign-out").text
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        return self.client.post(path, data={"form_token": token, **fields})


Portals = Callable[..., flask.Flask]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 26, 4, 0, tzinfo=UTC))


@pytest.fixture
def hub(clock: SetClock) -> Iterator[FakeHub]:
    with serving(FakeHub(clock)) as hub:
        yield hub


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    outbound = Outbound.build(OutboundRules(allow_loopback=True))
    yield outbound
    outbound.close()


def settings_for(hub: FakeHub, folder: Path, **bent: object) -> Settings:
    """Return a page with one portal, its secrets laid beside it."""
    (folder / "client").write_text(SECRET + "\n")
    (folder / "session").write_text("a session secret of more than 32 signs\n")
    portal = {
        "name": "public",
        "kind": "public",
        "title_zh": "办事大厅",
        "title_en": "Service Hall",
        "base_url": ORIGIN,
        "port": 8440,
        "issuer": hub.issuer,
        "client_id": CLIENT,
        "client_secret_file": "client",
        "session_secret_file": "session",
        **bent,
    }
    portal = {name: held for name, held in portal.items() if held is not None}
    return read_page({**a_dev_page(), "portals": [portal]}, folder)


@pytest.fixture
def portal(hub: FakeHub, tmp_path: Path, outbound: Outbound, clock: SetClock) -> Portals:
    def made(**bent: object) -> flask.Flask:
        settings = settings_for(hub, tmp_path, **bent)
        return application(settings, "public", outbound=outbound, clock=clock)

    return made


@pytest.fixture
def browser(portal: Portals, hub: FakeHub) -> Browser:
    return Browser(portal().test_client(), hub)
