"""A member nobody entered signs people in over HTTP, until it is suspended."""

import base64
import json
import time
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from server.demo.journeys.browser import Browser, Page
from tests.faults.installation import free_port
from tests.flows.federation_op.rp import FederatedRp, running_rp
from tests.flows.federation_rp.hub import Hub, running_hub

USERNAME, PASSWORD = "tester", "a-long-enough-password"
REGISTER = "/oidc/federation_registration"
CONFIGURATION = "application/entity-statement+jwt"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("op-hub"), free_port()) as running:
        person = {"name": "测试员", "username": USERNAME, "password": PASSWORD}
        running.official(1).post("/people", {**person, "kind": "natural"})
        yield running


@pytest.fixture(scope="module")
def rp(hub: Hub) -> Iterator[FederatedRp]:
    """Run a relying party, and make it a member."""
    with running_rp(str(hub.trust), hub.issuer) as running:
        member = enrol(hub, running)
        hub.clients["member"] = member
        yield running


def enrol(hub: Hub, rp: FederatedRp) -> str:
    first = hub.official(1)
    application = {
        "entity_id": rp.name,
        "kind": "relying_party",
        "name_zh": "测试应用",
        "name_en": "Test relying party",
        "contacts": ["mailto:ops@rp.example"],
        "terms": {
            "entity_types": ["openid_relying_party"],
            "ceiling": {"identity": 4, "authenticator": 3, "path": 3},
            "attributes": ["name"],
            "bases": {"name": "测试"},
            "jwks": {"keys": [rp.federation.as_dict(private=False)]},
        },
    }
    member = first.post("/members", application).text("id")
    first.post(f"/members/{member}/submit")
    first.post(f"/members/{member}/check")
    hub.approve(member)
    return member


def signed_in(rp: FederatedRp, url: str) -> str:
    """Walk from an address through sign-in and back; return the code."""
    browser = Browser()
    page = browser.open(url)
    if page.has("way-password"):
        page = browser.click(page, "way-password")
    who = {"username": USERNAME, "password": PASSWORD}
    page = browser.submit(page, "login-form", who, "sign-in")
    return code_at(rp, browser, page)


def code_at(rp: FederatedRp, browser: Browser, page: Page) -> str:
    if page.has("consent-allow"):
        page = browser.press(page, "consent-allow")
    assert page.url.startswith(f"{rp.back}?"), page.described
    answer = dict(parse_qsl(urlsplit(page.url).query))
    assert answer["state"] == "the-state"
    return answer["code"]


@pytest.mark.spec("OpenID Federation 1.0 §12.1")
def test_a_member_signs_somebody_in_by_get_by_par_and_by_its_chain(
    rp: FederatedRp,
) -> None:
    told = rp.redeemed(signed_in(rp, rp.address(rp.request())))
    assert (told["aud"], told["nonce"], told["iss"]) == (rp.name, "the-nonce", rp.provider)
    assert rp.asked
    form = {"request": rp.request(), **rp.assertion()}
    status, said = rp.post("/oauth2/par", form)
    assert (status, said["expires_in"]) == (201, 90)
    uri = said["request_uri"]
    start = f"{rp.provider}/oauth2/authorize?client_id={rp.name}&request_uri={uri}"
    assert rp.redeemed(signed_in(rp, start))["sub"] == told["sub"]
    brought = rp.address(rp.request(trust_chain=rp.chain()))
    assert rp.redeemed(signed_in(rp, brought))["sub"] == told["sub"]


@pytest.mark.spec("RFC 9101 §6.1; OIDC Core §6.1")
def test_a_member_encrypts_what_it_asks_to_the_keys_in_our_statement(
    rp: FederatedRp,
) -> None:
    told = rp.redeemed(signed_in(rp, rp.address(rp.encrypted(rp.request()))))
    assert (told["aud"], told["nonce"], told["iss"]) == (rp.name, "the-nonce", rp.provider)
    page = Browser().open(rp.address(rp.encrypted(rp.encrypted(rp.request()))))
    assert (page.status, page.error is not None) == (400, True)
    assert page.url.startswith(rp.provider)


@pytest.mark.spec("OpenID Federation 1.0 §12.2")
def test_a_member_registers_and_is_told_until_when(rp: FederatedRp) -> None:
    posted = rp.configuration(aud=rp.provider)
    status, body = rp.send(REGISTER, posted, CONFIGURATION)
    assert status == 200, body
    statement = rp.get(f"{rp.provider}/.well-known/openid-federation").split(".")[1]
    entity = json.loads(_decoded(statement))["jwks"]
    told = rp.verified(body, json.dumps(entity))
    assert (told["sub"], told["aud"], told["trust_anchor"]) == (
        rp.name,
        rp.name,
        rp.superior,
    )
    assert told["metadata"]["openid_relying_party"]["client_id"] == rp.name
    again, refused = rp.send(REGISTER, posted, CONFIGURATION)
    assert (again, json.loads(refused)["error"]) == (400, "invalid_request")


@pytest.mark.spec("OpenID Federation 1.0 §12.1.3")
def test_a_suspended_member_is_turned_away_within_five_seconds(
    hub: Hub, rp: FederatedRp
) -> None:
    grounds = {"reason": "测试", "basis": "测试规则", "proportionality": "测试"}
    member, chain = hub.clients["member"], rp.chain()
    hub.official(1).post(f"/members/{member}/suspend", grounds)
    until = time.monotonic() + 5
    page = Browser().open(rp.address(rp.request()))
    while page.error is None and time.monotonic() < until:
        time.sleep(0.2)
        page = Browser().open(rp.address(rp.request()))
    assert (page.status, page.error is not None) == (403, True)
    assert page.url.startswith(rp.provider)
    form = {"request": rp.request(trust_chain=chain), **rp.assertion()}
    status, said = rp.post("/oauth2/par", form)
    assert (status, said["error"]) == (400, "unauthorized_client")


def _decoded(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "==")
