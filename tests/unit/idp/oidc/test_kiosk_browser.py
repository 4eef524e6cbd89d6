"""A machine that many people use, with a browser of its own."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from idp.clients.domain import GrantType, Profile
from idp.clients.messages import ClaimBody, OidcBody
from idp.oidc.events import CodeIssued
from kernel.ids import ClientId
from kernel.web import Reply
from tests.unit.idp.oidc.house import Browser, House, a_portal

HALL: Final = ClientId("hall-1")
ADDRESSES: Final = ("https://hall.example/back", "http://127.0.0.1:8470/back")
CLAIMS: Final = ((ClaimBody(name="name"),), ())


@pytest.fixture(params=CLAIMS, ids=["a name", "nothing"])
def hall(house: House, request: pytest.FixtureRequest) -> House:
    """Register a kiosk that asks for a name, or for nothing."""
    facet = OidcBody(
        profile=Profile.KIOSK,
        grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE),
        redirect_uris=ADDRESSES,
        scopes=("openid", "profile"),
        sector="hall.example",
    )
    house.register(replace(a_portal(client_id=HALL, oidc=facet), claims=request.param))
    return house


def ask(browser: Browser, address: str, **bent: str | None) -> Reply:
    return browser.authorize(client_id=HALL, redirect_uri=address, **bent)


def comes(house: House, browser: Browser, reply: Reply) -> Reply:
    """Somebody signs in at the page a reply leads to, and agrees; return the answer."""
    house.around.clock.advance(timedelta(seconds=1))
    session = browser.sign_in(house.a_person())
    browser.finish(reply, session)
    onward = browser.resume(reply)
    if page(onward) == "/consent":
        browser.agree(onward, session)
        onward = browser.resume(onward)
    return onward


def page(reply: Reply) -> str:
    return (reply.header("Location") or "").partition("?")[0]


@pytest.mark.spec("OIDC Core §3.1.2.1 prompt=login")
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_next_person_is_not_let_in_as_the_one_before(hall: House, address: str) -> None:
    browser = Browser(hall)
    first = comes(hall, browser, ask(browser, address))
    assert (first.header("Location") or "").startswith(f"{address}?code=")
    again = ask(browser, address)
    assert page(again) == "/login"
    silent = ask(browser, address, prompt="none")
    assert "error=login_required" in (silent.header("Location") or "")
    assert len(hall.around.trail.of(CodeIssued)) == 1
    second = comes(hall, browser, again)
    assert (second.header("Location") or "").startswith(f"{address}?code=")
    subjects = [event.subject for event in hall.around.trail.of(CodeIssued)]
    assert len(set(subjects)) == 2


@pytest.mark.spec("OIDC Core §3.1.2.1 prompt=login")
@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_goes_on_with_the_session_of_the_one_before(
    hall: House, address: str
) -> None:
    browser = Browser(hall)
    session = browser.sign_in(hall.a_person())
    hall.around.clock.advance(timedelta(seconds=1))
    reply = ask(browser, address)
    browser.finish(reply, session)
    answer = browser.resume(reply).header("Location") or ""
    assert "error=login_required" in answer
    assert hall.around.trail.of(CodeIssued) == []
