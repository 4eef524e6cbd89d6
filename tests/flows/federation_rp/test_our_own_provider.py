"""Our relying-party half against our own provider: two installations, nothing by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.people.domain import PersonKind, Username
from kernel.assurance import Level
from kernel.secret import Secret
from server.demo.journeys.browser import Browser, Page
from server.demo.journeys.world import agree
from tests.faults.installation import free_port
from tests.flows.federation_rp.hub import Hub, province_of, running_hub
from trustroot.keys.domain import Purpose

PASSWORD = "Koi-7-jumps-the-Dragon-Gate"
TYPES = ["federation_entity", "openid_provider", "openid_relying_party"]
PROVINCE = {"kind": "province", "code": "44"}


@dataclass
class Nation:
    """A national hub, and a province under it."""

    hub: Hub
    province: Hub

    def settle(self) -> None:
        """Let both workers do what follows of a change."""
        for one in (self.hub, self.province, self.hub, self.province):
            one.work("publish.sign", "federation.members", "broker.presence")
            one.work("federation.refresh", "federation.retry", "broker.register")

    def sign_in(self, username: str) -> Page:
        """Walk from the hub's portal through the province and back."""
        browser = Browser()
        page = browser.open(self.hub.authorize(Level.SELF_ASSERTED))
        interaction = dict(parse_qsl(urlsplit(page.url).query))["interaction"]
        start = f"{self.hub.issuer}/broker/gd/start?interaction={interaction}"
        form = browser.open(start)
        said = {"username": username, "password": PASSWORD}
        return agree(browser, browser.submit(form, "login-form", said, "sign-in"))


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    folder: Path = tmp_path_factory.mktemp("nation")
    for name in ("hub", "gd"):
        (folder / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        # Before anything is fetched: what a hub has read of itself is held for 30 s.
        patch.setattr("federation.flows.shared._FRESH", timedelta())
        with running_hub(folder / "hub", free_port()) as hub:
            more = province_of(hub, folder / "anchor.json")
            with running_hub(folder / "gd", free_port(), more) as province:
                joined(hub, province)
                yield Nation(hub, province)


def joined(hub: Hub, province: Hub) -> None:
    keys = province.served.ground.keys.ring.published(Purpose.ANCHOR).to_jwks()
    hub.enrol(
        str(province.trust),
        keys,
        {"kind": "platform", "code": "44"},
        entity_types=TYPES,
        ceiling={"identity": 4, "authenticator": 3, "path": 3},
    )
    for name in ("first", "second"):
        person = province.served.persons.people.people.create(
            "欧阳测试",
            kind=PersonKind.NATURAL,
            username=Username.parse(name),
            roles=frozenset(),
            origin="test",
        )
        province.served.persons.people.authenticators.set_password(
            person.id, Secret(PASSWORD), Level.SELF_ASSERTED
        )


@pytest.mark.spec("OpenID Federation 1.0 §12.1")
@pytest.mark.parametrize(
    ("registration", "username"), [("automatic", "first"), ("explicit", "second")]
)
def test_nobody_hands_anybody_a_secret_and_people_sign_in(
    nation: Nation, registration: str, username: str
) -> None:
    enter(nation, registration)
    before = nation.hub.counts()
    page = nation.sign_in(username)
    assert page.url.startswith(f"{nation.hub.back}?code="), page.described
    assert nation.hub.counts() == tuple(number + 1 for number in before)
    assert nation.hub.reasons() == []


def enter(nation: Nation, registration: str) -> None:
    """Enter the province anew: an entity is on record once."""
    nation.hub.forget_providers()
    nation.hub.register("gd", nation.province.issuer, registration, PROVINCE)
    nation.settle()
