"""Offline access: never without the person's yes, and only until they take it back."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from idp.consent.events import ConsentGiven, ConsentRefused
from idp.oidc.events import CodeIssued, DeviceAllowed
from idp.people.domain import Person
from idp.session.domain import Session
from kernel.ids import InteractionId
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    Browser,
    House,
    answer_of,
    exchange,
    interaction_of,
)
from tests.unit.idp.oidc.test_code_flow import now_without
from tests.unit.idp.oidc.test_consent_withdrawn import withdraw
from tests.unit.idp.oidc.test_device import Phone, a_kiosk, ask, poll
from tests.unit.idp.oidc.test_introspection import told

OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}


def leads_to(reply: Reply) -> str:
    return (reply.header("Location") or "").partition("?")[0]


def visit(house: House) -> tuple[Browser, Person, Session]:
    browser, person = Browser(house), house.a_person()
    return browser, person, browser.sign_in(person)


def offline_tokens(house: House, browser: Browser, session: Session) -> dict[str, Any]:
    """Agree to offline access and redeem what comes of it."""
    reply = browser.authorize(**OFFLINE)
    assert leads_to(reply) == "/consent"
    browser.agree(reply, session)
    answer = answer_of(browser.resume(reply))
    said: dict[str, Any] = json.loads(exchange(house, answer["code"]).body)
    return said


def refreshed(house: House, tokens: dict[str, Any]) -> dict[str, Any]:
    token = tokens["refresh_token"]
    said: dict[str, Any] = json.loads(
        house.token(grant_type="refresh_token", refresh_token=token).body
    )
    return said


@pytest.mark.spec("OIDC Core §11, §3.1.2.1")
def test_nobody_goes_on_for_somebody_who_was_not_asked(house: House) -> None:
    now_without(house)
    browser, person, session = visit(house)
    reply = browser.authorize(**OFFLINE)
    assert leads_to(reply) == "/consent"
    assert leads_to(browser.resume(reply)) == "/consent"
    assert house.around.trail.of(CodeIssued) == []
    browser.agree(reply, session)
    code = answer_of(browser.resume(reply))["code"]
    tokens = json.loads(exchange(house, code).body)
    assert tokens["scope"] == "offline_access openid"
    (given,) = house.around.trail.of(ConsentGiven)
    assert given.attributes == ("offline_access",)
    house.session.sessions.end_all(person.id, "signed_out")
    assert "access_token" in refreshed(house, tokens)


@pytest.mark.spec("OIDC Core §11")
def test_it_is_asked_each_time_even_where_all_else_was_agreed_to(house: House) -> None:
    browser, _, session = visit(house)
    offline_tokens(house, browser, session)
    assert leads_to(browser.authorize(**OFFLINE)) == "/consent"


@pytest.mark.spec("OIDC Core §11, §3.1.2.6")
def test_who_says_no_gives_nothing(house: House) -> None:
    now_without(house)
    browser, _, session = visit(house)
    reply = browser.authorize(**OFFLINE)
    found = house.session.interactions.find(InteractionId(interaction_of(reply)))
    house.consent.consents.refuse(found, session)
    assert answer_of(browser.resume(reply))["error"] == "access_denied"
    (refused,) = house.around.trail.of(ConsentRefused)
    assert refused.attributes == ("offline_access",)
    assert house.around.trail.of(CodeIssued) == []


@pytest.mark.spec("OIDC Core §11")
def test_it_is_ignored_where_the_request_has_nobody_asked(house: House) -> None:
    now_without(house)
    browser, person, _ = visit(house)
    code = answer_of(browser.authorize(scope=OFFLINE["scope"]))["code"]
    tokens = json.loads(exchange(house, code).body)
    assert tokens["scope"] == "openid"
    house.session.sessions.end_all(person.id, "signed_out")
    assert refreshed(house, tokens)["error"] == "invalid_grant"


@pytest.mark.spec("OIDC Core §11; RFC 8628 §3.3")
def test_who_allows_a_device_is_asked_too(house: House) -> None:
    scopes = ("openid", "offline_access")
    house.register(replace(a_kiosk(scopes=scopes), claims=()))
    codes, phone = ask(house, **OFFLINE), Phone(house)
    phone.sign_in()
    answer = phone.decide(codes["user_code"])
    asked = phone.get(answer.headers["Location"])
    assert "/consent?" in asked.headers["Location"]
    assert house.around.trail.of(DeviceAllowed) == []
    named = UUID(asked.headers["Location"].split("interaction=")[1])
    phone.agree(InteractionId(named))
    phone.get(f"/device/done?interaction={named}")
    assert poll(house, codes)["scope"] == "offline_access openid"


@pytest.mark.spec("OIDC Core §11")
def test_it_ends_when_the_person_takes_it_back(house: House) -> None:
    browser, person, session = visit(house)
    first = offline_tokens(house, browser, session)
    tokens = offline_tokens(house, browser, session)
    house.session.sessions.end_all(person.id, "signed_out")
    tokens = refreshed(house, tokens)
    assert told(house, tokens["access_token"])["active"] is True
    receipt = house.consent.consents.receipts_of(person.id)[0]
    house.consent.consents.withdraw(person.id, receipt.id)
    assert told(house, tokens["access_token"]) == {"active": False}
    for ended in (first, tokens):
        assert refreshed(house, ended)["error"] == "invalid_grant"


@pytest.mark.spec("OIDC Core §11; 个人信息保护法 §15")
def test_who_agrees_anew_does_not_bring_back_what_was_taken_back(house: House) -> None:
    """Offline access was taken from a lost telephone; the new one must not revive it."""
    now_without(house)
    browser, person, session = visit(house)
    lost, kept = (offline_tokens(house, browser, session) for _ in range(2))
    house.around.clock.advance(timedelta(minutes=1))
    withdraw(house, person)
    house.around.clock.advance(timedelta(minutes=1))
    fresh = offline_tokens(house, browser, session)
    for tokens in (lost, kept):
        assert refreshed(house, tokens)["error"] == "invalid_grant"
        assert told(house, tokens["access_token"]) == {"active": False}
    house.session.sessions.end_all(person.id, "signed_out")
    assert "access_token" in refreshed(house, fresh)
