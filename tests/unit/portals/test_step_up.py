"""The console is told that a sign-in is not enough, and sends the person to sign in."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from kernel.clock import SetClock
from tests.unit.portals.conftest import Browser, Portals
from tests.unit.portals.fake_api import PROPOSAL, FakeApi, a_proposal
from tests.unit.portals.fake_hub import FakeHub

APPROVE = f"/proposals/{PROPOSAL}/approve"
ASKED = 'acr_values="urn:trusthub:loa:4", max_age="1800"'
AGAIN = f"/sign-in?next=/proposals/{PROPOSAL}&level=4&max_age=1800"


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def console(portal: Portals, hub: FakeHub, api: FakeApi) -> Browser:
    hub.api, hub.level = api, 3
    browser = Browser(portal(kind="console").test_client(), hub)
    browser.sign_in("/sign-in?next=/")
    return browser


def approving(console: Browser) -> str:
    digest = str(a_proposal()["digest"])
    return console.post(APPROVE, digest=digest, once="k1").text


@pytest.mark.spec("RFC 9470 §4")
def test_who_approves_after_too_weak_a_sign_in_is_led_to_a_better_one(
    console: Browser, api: FakeApi
) -> None:
    api.ask_to_step_up("POST", APPROVE, ASKED)
    page = approving(console)
    assert 'id="step-up"' in page
    assert AGAIN.replace("&", "&amp;") in page
    asked = dict(parse_qsl(urlsplit(console.leave(AGAIN)).query))
    assert asked["acr_values"] == "urn:trusthub:loa:4"
    assert asked["max_age"] == "1800"


@pytest.mark.spec("RFC 9470 §4")
def test_whoever_signed_in_as_asked_comes_back_and_approves(
    console: Browser, api: FakeApi, hub: FakeHub
) -> None:
    api.ask_to_step_up("POST", APPROVE, ASKED)
    approving(console)
    hub.level = 4
    back = console.sign_in(AGAIN)
    assert back.headers["Location"] == f"/proposals/{PROPOSAL}"
    api.answers.clear()
    before = len(api.changed())
    approving(console)
    assert [one.path for one in api.changed()[before:]] == [APPROVE]


@pytest.mark.spec("RFC 9470 §4")
def test_a_page_that_asks_more_leads_to_the_sign_in_and_back_by_itself(
    console: Browser, api: FakeApi, clock: SetClock
) -> None:
    clock.advance(timedelta(minutes=3))
    api.ask_to_step_up("GET", "/proposals", 'max_age="60"')
    answer = console.client.get("/proposals?after=c1")
    assert answer.status_code == 303
    assert answer.headers["Location"] == (
        "/sign-in?next=/proposals%3Fafter%3Dc1&level=3&max_age=60"
    )


@pytest.mark.spec("RFC 9470 §4")
def test_an_old_sign_in_at_the_hub_is_no_way_round(
    console: Browser, api: FakeApi, hub: FakeHub
) -> None:
    hub.signed_in_ago = 3600
    console.sign_in("/sign-in?next=/")
    api.ask_to_step_up("GET", "/proposals", 'max_age="1800"')
    assert console.client.get("/proposals").status_code == 303, "this one is too old"


def test_who_has_what_is_asked_is_not_sent_round_in_circles(
    console: Browser, api: FakeApi
) -> None:
    api.ask_to_step_up("GET", "/proposals", 'max_age="1800"')
    answer = console.client.get("/proposals")
    assert answer.status_code == 401
    assert "这次登录的强度不够" in answer.text


@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize("said", ["too long ago", "nothing"])
def test_an_answer_about_an_older_sign_in_signs_nobody_in(
    browser: Browser, hub: FakeHub, said: str
) -> None:
    hub.signed_in_ago = 600
    if said == "nothing":
        hub.bend_id_token = lambda claims: claims.pop("auth_time")
    refused = browser.sign_in("/sign-in?next=/me&max_age=60")
    assert refused.status_code == 403
    assert not browser.is_signed_in()


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize("age", ["-1", "1.5", "x", "12345678"])
def test_an_age_that_is_no_number_of_seconds_goes_nowhere(
    browser: Browser, age: str
) -> None:
    answer = browser.client.get(f"/sign-in?max_age={age}")
    assert (answer.status_code, "Location" in answer.headers) == (400, False)
