"""Whoever is handed over is who, as sure, and signed in as long ago as the origin knows."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from idp.oidc.domain.grants import Grant
from idp.oidc.errors import TransferTicketRefused
from idp.oidc.events import AuthorizationRefused, TransferArrived, TransferRedeemed
from idp.oidc.models import oidc_transfer
from idp.oidc.store import SqlGrants
from idp.people.domain import Person
from idp.session.service import Start
from kernel.assurance import Assurance, Authenticator, Level
from kernel.events import Levels
from kernel.ids import OrganisationId
from kernel.secret import Secret
from tests.unit.idp.oidc.handing_over import (
    a_next,
    a_ticket,
    arrive,
    came_back,
    handed_over,
    let_hand_over,
    visiting,
)
from tests.unit.idp.oidc.house import Browser, House, answer_of, claims_of, exchange


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


@dataclass(frozen=True, kw_only=True)
class Again:
    """How somebody signs in a second time, in the same session."""

    strength: int = 2
    amr: tuple[str, ...] = ("pwd",)
    acting_for: OrganisationId | None = None

    def by(self, house: House, browser: Browser, person: Person) -> None:
        """Sign in, a while after the time before."""
        house.around.clock.advance(timedelta(seconds=20))
        identity = house.people.people.find(person.id).identity
        begun = Start(
            person=person.id,
            assurance=Assurance(
                identity=identity, authenticator=Authenticator(self.strength)
            ),
            amr=self.amr,
            acting_for=self.acting_for,
        )
        sessions = house.session.sessions
        _, browser.cookie = sessions.start(begun, previous=browser.cookie)


def surely_visiting(house: House) -> tuple[Browser, Person, str]:
    """Return a visitor of the first portal at a level that a weaker sign-in misses."""
    browser, person = Browser(house), house.a_person(Level.REAL_PERSON)
    tokens = json.loads(exchange(house, browser.code(person)).body)
    assert claims_of(tokens["id_token"])["acr"] == Level.REAL_PERSON.acr
    return browser, person, tokens["access_token"]


def of_both(house: House) -> tuple[Grant, Grant]:
    """Return the origin's grant, and the one that came of its ticket."""
    told = house.around.trail.of(TransferRedeemed)[-1]
    found = (SqlGrants(house.db).find(each) for each in (told.parent, told.grant))
    parent, child = found
    assert parent is not None
    assert child is not None
    return parent, child


@pytest.mark.spec("attacks §6; ADR 33")
def test_who_signed_in_weaker_since_is_told_as_that(pair: House) -> None:
    browser, person, token = surely_visiting(pair)
    ticket = a_ticket(pair, token)
    Again(strength=1).by(pair, browser, person)
    tokens = handed_over(pair, browser, person, ticket)
    assert claims_of(tokens["id_token"])["acr"] == Level.REAL_NAME.acr
    (told,) = pair.around.trail.of(TransferRedeemed)
    assert told.levels == Levels(delivered=Level.REAL_NAME)


@pytest.mark.spec("attacks §6; ADR 33")
def test_a_ticket_of_a_weaker_hour_stays_weak(pair: House) -> None:
    """It was issued while the session carried less than its origin had been told."""
    browser, person, token = surely_visiting(pair)
    Again(strength=1).by(pair, browser, person)
    ticket = a_ticket(pair, token)
    Again().by(pair, browser, person)
    tokens = handed_over(pair, browser, person, ticket)
    assert claims_of(tokens["id_token"])["acr"] == Level.REAL_NAME.acr


@pytest.mark.spec("OIDC Core §2; ADR 33")
def test_means_and_time_are_those_that_the_origin_was_told(pair: House) -> None:
    """By way of the consent page, and straight to the code once that was given."""
    browser, person, token = visiting(pair)
    for _ in range(2):
        ticket = a_ticket(pair, token)
        Again(amr=("pwd", "otp")).by(pair, browser, person)
        tokens = handed_over(pair, browser, person, ticket)
        parent, child = of_both(pair)
        assert (child.amr, child.authenticated_at) == (("pwd",), parent.authenticated_at)
        (session,) = pair.session.sessions.sessions_of(person.id)
        assert session.authenticated_at > parent.authenticated_at
        told = claims_of(tokens["id_token"])
        assert told["amr"] == ["pwd"]
        assert told["auth_time"] == int(parent.authenticated_at.timestamp())


@pytest.mark.spec("ADR 33")
def test_for_whom_the_person_acts_is_what_the_origin_was_told(pair: House) -> None:
    """Who acts for nobody, or for another, since then still came here for the first."""
    browser, person = Browser(pair), pair.a_person()
    firm, other = OrganisationId(UUID(int=44)), OrganisationId(UUID(int=45))
    Again(acting_for=firm).by(pair, browser, person)
    reply = browser.authorize()
    (session,) = pair.session.sessions.sessions_of(person.id)
    browser.agree(reply, session)
    code = answer_of(browser.resume(reply))["code"]
    token = json.loads(exchange(pair, code).body)["access_token"]
    for since in (other, None):
        ticket = a_ticket(pair, token)
        Again(acting_for=since).by(pair, browser, person)
        handed_over(pair, browser, person, ticket)
        parent, child = of_both(pair)
        assert parent.acting_for == child.acting_for == firm


def hint_of_somebody_else(house: House) -> dict[str, str]:
    """Return a parameter that names another person, as the second portal knows them."""
    browser, person, token = visiting(house)
    browser.browser = Secret("o" * 43)
    tokens = handed_over(house, browser, person, a_ticket(house, token))
    return {"id_token_hint": tokens["id_token"]}


def subject_of_somebody_else(house: House) -> dict[str, str]:
    """Return the same, by ``claims`` (OIDC Core §5.5.1)."""
    hint = hint_of_somebody_else(house)["id_token_hint"]
    sub = {"sub": {"value": claims_of(hint)["sub"]}}
    return {"claims": json.dumps({"id_token": sub})}


@pytest.mark.spec("OIDC Core §3.1.2.1, §3.1.2.2, §5.5.1")
@pytest.mark.parametrize("named", [hint_of_somebody_else, subject_of_somebody_else])
def test_a_ticket_answers_for_nobody_but_the_person_meant(
    pair: House, named: Callable[[House], dict[str, str]]
) -> None:
    meant = named(pair)
    before = len(pair.around.trail.of(TransferArrived))
    browser, person, token = visiting(pair)
    ticket = a_ticket(pair, token)
    assert came_back(arrive(browser, ticket, **meant))["error"] == "login_required"
    assert len(pair.around.trail.of(TransferArrived)) == before
    # The ticket was not used up by that.
    assert handed_over(pair, browser, person, ticket)


@pytest.mark.spec("OIDC Core §11; ADR 33")
@pytest.mark.parametrize("scope", ["openid", "openid offline_access"])
def test_no_grant_hands_over_who_signed_out(pair: House, scope: str) -> None:
    """An offline grant outlives its session; a ticket needs somebody who is there."""
    browser, person, token = visiting(pair, scope=scope, prompt="consent")
    ticket = a_ticket(pair, token)
    pair.session.sessions.end_all(person.id, "signed_out")
    assert came_back(arrive(browser, ticket))["error"] == "invalid_request"
    assert not pair.around.trail.of(TransferArrived)
    (refused,) = pair.around.trail.of(AuthorizationRefused)
    assert refused.reason == TransferTicketRefused.code


def test_a_session_that_is_somebody_elses_hands_nobody_over(pair: House) -> None:
    """No flow of ours comes to that; the row of a ticket is believed in no such case."""
    browser, _, token = visiting(pair)
    ticket, other = a_ticket(pair, token), pair.a_person()
    pair.db.write(oidc_transfer.update().values(person=other.id))
    assert came_back(arrive(browser, ticket))["error"] == "invalid_request"
    assert not pair.around.trail.of(TransferArrived)


def test_who_comes_back_in_another_session_gets_no_code(house: House) -> None:
    """Without a ticket too: the session that finished the interaction is asked for."""
    browser, person = Browser(house), house.a_person()
    reply = browser.authorize()
    browser.finish(reply, browser.sign_in(person))
    browser.cookie = None
    browser.sign_in(house.a_person())
    assert answer_of(browser.resume(reply))["error"] == "login_required"
