"""Apps on people's own machines."""

from datetime import timedelta

import pytest

from idp.clients.domain import Profile
from idp.oidc.events import CodeIssued
from kernel.web import Reply
from tests.unit.idp.oidc.asking import APP, CLAIMED, LOOPBACK, OWN_SCHEME, an_app, shaped
from tests.unit.idp.oidc.house import PORTAL, Browser, House
from tests.unit.idp.oidc.house import a_request as plainly


def asks(browser: Browser, address: str, **bent: str | None) -> Reply:
    return browser.authorize(**{"client_id": APP, "redirect_uri": address, **bent})


def leads_back(reply: Reply, address: str) -> bool:
    return (reply.header("Location") or "").startswith(f"{address}?code=")


def a_page(reply: Reply) -> str:
    return (reply.header("Location") or "").partition("?")[0]


def agreed(house: House, browser: Browser, address: str) -> Reply:
    """Sign in, agree, and return the answer."""
    session = browser.sign_in(house.a_person())
    reply = asks(browser, address)
    assert a_page(reply) == "/consent"
    browser.agree(reply, session)
    return browser.resume(reply)


FREE = {
    "another port": "http://127.0.0.1:1/back",
    "the highest port": "http://127.0.0.1:65535/back",
    "no port": "http://127.0.0.1/back",
    "the name, another port": "http://localhost:8000/back",
}


@pytest.mark.spec("RFC 8252 §7.3, RFC 9700 §2.1")
@pytest.mark.parametrize("address", FREE.values(), ids=FREE.keys())
def test_an_app_may_listen_at_any_port_of_its_machine(house: House, address: str) -> None:
    an_app(house)
    assert leads_back(agreed(house, Browser(house), address), address)


NOT_FREE = {
    "another path": "http://127.0.0.1:49152/back/x",
    "another host": "http://127.0.0.2:49152/back",
    "the other family": "http://[::1]:49152/back",
    "https": "https://127.0.0.1:49152/back",
    "a query": "http://127.0.0.1:49152/back?x=1",
    "a port of a web address": "https://app.example:8443/back",
    "a user": "http://127.0.0.1:49152@evil.example/back",
    "a port that is none": "http://127.0.0.1:99999/back",
    "a name in front": "http://127.0.0.1.evil.example:49152/back",
    "localhost in front": "http://localhost.evil.example:49152/back",
    "a trailing dot": "http://localhost.:49152/back",
    "two slashes": "cn.example.app://back",
    "another scheme": "cn.example.ap:/back",
    "its scheme in capitals": "CN.example.app:/back",
    "a longer path of its scheme": "cn.example.app:/back/x",
}


@pytest.mark.spec("RFC 8252 §8.10, RFC 9700 §4.1.3")
@pytest.mark.parametrize("address", NOT_FREE.values(), ids=NOT_FREE.keys())
def test_all_but_the_port_is_exact(house: House, address: str) -> None:
    an_app(house)
    browser = Browser(house)
    browser.sign_in(house.a_person())
    reply = asks(browser, address)
    assert (reply.status, reply.header("Location")) == (400, None)
    assert house.around.trail.of(CodeIssued) == []


@pytest.mark.spec("RFC 8252 §7.3, RFC 9700 §2.1")
def test_a_port_is_free_for_apps_only(house: House) -> None:
    an_app(house)
    shaped(house, APP, profile=Profile.OIDC)
    name = asks(Browser(house), "http://localhost:8000/back")
    assert (name.status, name.header("Location")) == (400, None)
    portal = Browser(house).authorize(redirect_uri="http://localhost:1/callback?tenant=1")
    assert (portal.status, portal.header("Location")) == (400, None)


@pytest.mark.spec("RFC 8252 §7.1")
def test_an_answer_goes_to_a_scheme_of_its_own(house: House) -> None:
    an_app(house)
    assert leads_back(agreed(house, Browser(house), OWN_SCHEME), OWN_SCHEME)


@pytest.mark.spec("RFC 8252 §8.6")
@pytest.mark.parametrize("address", [LOOPBACK, OWN_SCHEME])
def test_the_person_is_asked_each_time_where_another_app_could_pose(
    house: House, address: str
) -> None:
    an_app(house)
    browser = Browser(house)
    assert leads_back(agreed(house, browser, address), address)
    assert a_page(asks(browser, address)) == "/consent"
    silent = asks(browser, address, prompt="none").header("Location") or ""
    assert "error=consent_required" in silent
    assert len(house.around.trail.of(CodeIssued)) == 1


@pytest.mark.spec("RFC 8252 §8.6, §7.2")
def test_nobody_is_asked_again_where_the_address_is_claimed(house: House) -> None:
    an_app(house)
    browser = Browser(house)
    assert leads_back(agreed(house, browser, CLAIMED), CLAIMED)
    assert leads_back(asks(browser, CLAIMED), CLAIMED)
    assert leads_back(asks(browser, CLAIMED, prompt="none"), CLAIMED)


@pytest.mark.spec("RFC 8252 §8.6")
def test_an_app_that_asks_for_nothing_gets_no_silent_answer_either(house: House) -> None:
    an_app(house, claims=())
    browser, person = Browser(house), house.a_person()
    session = browser.sign_in(person)
    house.around.clock.advance(timedelta(seconds=1))
    reply = asks(browser, OWN_SCHEME, scope="openid")
    assert a_page(reply) == "/login"
    browser.finish(reply, session)
    assert "error=login_required" in (browser.resume(reply).header("Location") or "")
    again = asks(browser, OWN_SCHEME, scope="openid")
    house.around.clock.advance(timedelta(seconds=1))
    browser.finish(again, browser.sign_in(person))
    assert leads_back(browser.resume(again), OWN_SCHEME)
    silent = asks(browser, OWN_SCHEME, scope="openid", prompt="none")
    assert "error=login_required" in (silent.header("Location") or "")


@pytest.mark.spec("RFC 8252 §8.1")
def test_an_app_does_not_do_without_a_challenge(house: House) -> None:
    an_app(house)
    shaped(house, APP, relies_on_nonce=True)
    reply = asks(Browser(house), LOOPBACK, code_challenge=None, code_challenge_method=None)
    assert "error=invalid_request" in (reply.header("Location") or "")


@pytest.mark.spec("RFC 8252 §8.6")
def test_a_portal_is_asked_once(house: House) -> None:
    browser = Browser(house)
    browser.code(house.a_person())
    reply = browser.authorize(**plainly(client_id=PORTAL))
    assert "code=" in (reply.header("Location") or "")
