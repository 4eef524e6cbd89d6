"""Whoever is handed over is who, as sure, and signed in as long ago as the origin knows."""

from datetime import timedelta

import pytest

from idp.oidc.events import TransferArrived, TransferRedeemed
from tests.unit.idp.oidc.handing_over import (
    a_next,
    a_ticket,
    arrive,
    came_back,
    handed_over,
    let_hand_over,
    visiting,
)
from tests.unit.idp.oidc.house import House, claims_of


@pytest.fixture
def pair(house: House) -> House:
    house.register(a_next())
    let_hand_over(house)
    return house


@pytest.mark.spec("OIDC Core §3.1.2.1, §3.1.3.7 no. 13")
def test_an_age_is_that_of_the_sign_in_that_is_told(pair: House) -> None:
    """Who signed in anew since is fresh to us, and not to whom the token tells the age."""
    browser, person, token = visiting(pair)
    pair.around.clock.advance(timedelta(minutes=2))
    browser.sign_in(person)
    ticket = a_ticket(pair, token)
    reply = arrive(browser, ticket, max_age="60")
    assert came_back(reply)["error"] == "login_required"
    assert not pair.around.trail.of(TransferArrived)
    # The ticket was not used up by that, and who is content with its age is served.
    tokens = handed_over(pair, browser, person, ticket, max_age="180")
    told = claims_of(tokens["id_token"])
    assert 120 <= told["iat"] - told["auth_time"] <= 180
    assert len(pair.around.trail.of(TransferRedeemed)) == 1


def test_at_home_the_session_is_there_until_the_code(pair: House) -> None:
    """Without a number it is the browser's own session that stands for the person."""
    browser, person, token = visiting(pair)
    (session,) = pair.session.sessions.sessions_of(person.id)
    reply = arrive(browser, a_ticket(pair, token))
    browser.agree(reply, session)
    own, browser.cookie = browser.cookie, None
    assert came_back(browser.resume(reply))["error"] == "login_required"
    assert not pair.around.trail.of(TransferRedeemed)
    browser.cookie = own
    assert "code" in came_back(browser.resume(reply))


def test_at_home_another_session_of_the_same_person_is_not_enough(pair: House) -> None:
    browser, person, token = visiting(pair)
    (session,) = pair.session.sessions.sessions_of(person.id)
    reply = arrive(browser, a_ticket(pair, token))
    browser.agree(reply, session)
    browser.cookie = None
    browser.sign_in(person)
    assert came_back(browser.resume(reply))["error"] == "login_required"
    assert not pair.around.trail.of(TransferRedeemed)
