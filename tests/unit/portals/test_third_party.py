"""Sign-in that a third party began (OIDC Core §4)."""

import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from config.schema import PortalKind
from idp.clients.domain import OidcFacet
from idp.clients.messages import RegistrationBody
from kernel.web import read_body
from server.demo.places import PortalPlace
from server.demo.registration import portal_body
from tests.unit.idp.clients.fakes import Memory, a_use_case
from tests.unit.portals.conftest import ORIGIN, Browser, Portals
from tests.unit.portals.fake_hub import FakeHub


def begun(hub: FakeHub, **bent: str | None) -> dict[str, str]:
    sent = {
        "iss": hub.issuer,
        "target_link_uri": f"{ORIGIN}/cases?a=1",
        "login_hint": "zhang-san",
        **bent,
    }
    return {name: value for name, value in sent.items() if value is not None}


@pytest.mark.spec("OIDC Core §4")
def test_a_sign_in_that_somebody_else_began_ends_at_the_page_it_names(
    browser: Browser, hub: FakeHub
) -> None:
    address = browser.leave(f"/initiate-login?{urlencode(begun(hub))}")
    assert address.startswith(hub.issuer)
    assert dict(parse_qsl(urlsplit(address).query))["login_hint"] == "zhang-san"
    response = browser.come_back(address)
    assert response.headers["Location"] == "/cases?a=1"
    assert browser.is_signed_in()


def a_place(kind: PortalKind) -> PortalPlace:
    return PortalPlace(
        name=kind.value, kind=kind, title_zh="大厅", title_en="Hall", port=8440
    )


def registered(place: PortalPlace) -> OidcFacet:
    """Return what the hub keeps of a portal that the demo registers."""
    said = read_body(RegistrationBody, json.dumps(portal_body(place)).encode())
    return a_use_case(Memory()).register(said, actor=None).client.oidc


@pytest.mark.spec("OIDC Core §4, OIDC Registration §2")
@pytest.mark.parametrize("kind", [PortalKind.PUBLIC, PortalKind.MINISTRY])
def test_a_catalogue_begins_a_sign_in_where_the_demo_registers_it(
    portal: Portals, hub: FakeHub, kind: PortalKind
) -> None:
    place = a_place(kind)
    facet = registered(place)
    assert facet.initiate_login_uri is not None
    browser = Browser(portal(kind=kind.value, base_url=place.base_url).test_client(), hub)
    begin = facet.initiate_login_uri.removeprefix(place.base_url)
    sent = begun(hub, target_link_uri=f"{place.base_url}/")
    address = browser.leave(f"{begin}?{urlencode(sent)}")
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["redirect_uri"] in {uri.text for uri in facet.redirect_uris}
    assert browser.come_back(address).headers["Location"] == "/"
    assert browser.session is not None


def test_nobody_begins_a_sign_in_at_the_console() -> None:
    assert registered(a_place(PortalKind.CONSOLE)).initiate_login_uri is None


@pytest.mark.spec("OIDC Core §4")
def test_it_is_begun_by_post_too_and_goes_on_by_get(browser: Browser, hub: FakeHub) -> None:
    before = browser.leave("/sign-in")
    posted = browser.client.post("/initiate-login", data=begun(hub, target_link_uri=None))
    assert posted.status_code == 303
    on = str(posted.headers["Location"])
    assert on.startswith("/initiate-login?")
    assert "door" not in str(posted.headers), "an attempt under way keeps its browser"
    response = browser.come_back(browser.leave(on))
    assert response.headers["Location"] == "/"
    assert browser.come_back(before).status_code == 303, "an attempt under way goes on"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_visitor_who_is_handed_over_brings_the_ticket_to_the_hub(
    browser: Browser, hub: FakeHub, method: str
) -> None:
    sent = begun(hub, login_hint=None, transfer_ticket="t" * 43)
    address = f"/initiate-login?{urlencode(sent)}"
    if method == "POST":
        posted = browser.client.post("/initiate-login", data=sent)
        address = str(posted.headers["Location"])
    asked = dict(parse_qsl(urlsplit(browser.leave(address)).query))
    assert asked["transfer_ticket"] == "t" * 43
    assert "transfer_ticket" not in dict(
        parse_qsl(urlsplit(browser.leave("/sign-in")).query)
    )


ELSEWHERE: dict[str, dict[str, str | None]] = {
    "no issuer": {"iss": None},
    "another issuer": {"iss": "https://op.example"},
    "the issuer with a slash": {"iss": "SLASH"},
    "another site": {"target_link_uri": "https://evil.example/"},
    "our name in front": {"target_link_uri": f"{ORIGIN}.evil.example/"},
    "our name as a user": {"target_link_uri": f"{ORIGIN}@evil.example/"},
    "a host in the path": {"target_link_uri": f"{ORIGIN}//evil.example/"},
    "a backslash": {"target_link_uri": f"{ORIGIN}/\\evil.example/"},
    "a line end": {"target_link_uri": f"{ORIGIN}/x\r\nLocation: https://evil.example"},
    "another port": {"target_link_uri": "http://localhost:8441/"},
    "a script": {"target_link_uri": "javascript:alert(1)"},
    "no scheme": {"target_link_uri": "//evil.example/"},
}


@pytest.mark.spec("OIDC Core §4, CWE-601")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("bent", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_nobody_is_sent_to_another_hub_or_comes_back_elsewhere(
    browser: Browser, hub: FakeHub, bent: dict[str, str | None], method: str
) -> None:
    if bent.get("iss") == "SLASH":
        bent = {"iss": f"{hub.issuer}/"}
    sent = begun(hub, **bent)
    if method == "GET":
        response = browser.client.get(f"/initiate-login?{urlencode(sent)}")
    else:
        response = browser.client.post("/initiate-login", data=sent)
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "evil" not in response.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.spec("RFC 6749 §3.1")
def test_a_parameter_that_came_twice_begins_nothing(browser: Browser, hub: FakeHub) -> None:
    twice = f"{urlencode(begun(hub))}&iss=https%3A%2F%2Fop.example"
    response = browser.client.get(f"/initiate-login?{twice}")
    assert (response.status_code, "Location" in response.headers) == (400, False)
