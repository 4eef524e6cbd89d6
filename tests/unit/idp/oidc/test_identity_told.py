"""The identity level that is told: what was proven where the person signed in."""

from dataclasses import replace
from typing import Any

import pytest

from idp.clients.messages import ClaimBody
from idp.oidc.models import oidc_grant
from idp.people.domain import Person
from idp.session.service import Start
from kernel.assurance import Assurance, Authenticator, Level, Path
from tests.unit.idp.oidc.handing_over import (
    a_next,
    a_ticket,
    handed_over,
    let_hand_over,
)
from tests.unit.idp.oidc.house import Browser, House, answer_of, claims_of, exchange
from tests.unit.idp.oidc.test_consent_withdrawn import about, ask_for, read, refreshed
from tests.unit.idp.oidc.test_ticket_platform import (
    a_bureau,
    back,
    login,
    person_of,
    validated,
)

LEVEL = ClaimBody(name="identity_level")
ASKED = '{"id_token":{"identity_level":null},"userinfo":{"identity_level":null}}'
PLAIN = {"scope": "openid", "claims": ASKED}
OFFLINE = {**PLAIN, "scope": "openid offline_access", "prompt": "consent"}
BY_PROVINCE = Assurance(
    identity=Level.REAL_PERSON, authenticator=Authenticator.A2, path=Path.F2
)
BY_WEAK_PATH = replace(BY_PROVINCE, path=Path.F1)


def arrived(
    house: House, person: Person, assurance: Assurance, browser: Browser | None = None
) -> Browser:
    """Return the browser of somebody who signed in, or did so again, on these axes."""
    browser = browser or Browser(house)
    start = Start(person=person.id, assurance=assurance, amr=("pwd", "otp"))
    _, browser.cookie = house.session.sessions.start(start, previous=browser.cookie)
    return browser


def tokens_of(browser: Browser, person: Person, **asked: str) -> dict[str, Any]:
    (session,) = browser.house.session.sessions.sessions_of(person.id)
    reply = browser.authorize(**asked)
    if (reply.header("Location") or "").startswith("/consent"):
        browser.agree(reply, session)
        reply = browser.resume(reply)
    return read(exchange(browser.house, answer_of(reply)["code"]).body)


@pytest.mark.spec("OIDC Core §2 acr")
@pytest.mark.parametrize(
    ("assurance", "level"),
    [(BY_PROVINCE, 3), (BY_WEAK_PATH, 2)],
    ids=["as-asserted", "no-more-than-its-path-carries"],
)
def test_what_a_province_proved_is_told_and_contradicts_no_acr(
    house: House, assurance: Assurance, level: int
) -> None:
    ask_for(house, LEVEL)
    person = house.a_person(Level.SELF_ASSERTED)
    tokens = tokens_of(arrived(house, person, assurance), person, **PLAIN)
    told = claims_of(tokens["id_token"])
    assert (told["acr"], told["identity_level"]) == (Level(level).acr, level)
    assert about(house, tokens["access_token"])["identity_level"] == level
    assert house.people.people.find(person.id).identity is Level.SELF_ASSERTED


def test_a_weak_sign_in_of_somebody_proven_keeps_their_identity_level(
    house: House,
) -> None:
    ask_for(house, LEVEL)
    person = house.a_person(Level.REAL_PERSON)
    weak = Assurance(identity=Level.REAL_PERSON, authenticator=Authenticator.A1)
    told = claims_of(tokens_of(arrived(house, person, weak), person, **PLAIN)["id_token"])
    assert (told["acr"], told["identity_level"]) == (Level.REAL_NAME.acr, 3)


def test_what_is_proven_later_raises_nothing_that_was_granted_before(house: House) -> None:
    ask_for(house, LEVEL)
    person = house.a_person(Level.SELF_ASSERTED)
    before = Assurance(identity=Level.SELF_ASSERTED, authenticator=Authenticator.A2)
    browser = arrived(house, person, before)
    tokens = tokens_of(browser, person, **OFFLINE)
    house.people.people.raise_identity(person.id, Level.STRONG, source="test")
    arrived(house, person, BY_PROVINCE, browser)

    assert about(house, tokens["access_token"])["identity_level"] == 1
    again = refreshed(house, tokens)
    assert claims_of(again["id_token"])["identity_level"] == 1
    assert about(house, again["access_token"])["identity_level"] == 1
    fresh = tokens_of(browser, person, **OFFLINE)
    assert claims_of(fresh["id_token"])["identity_level"] == 3


@pytest.mark.spec("RFC 8693 §2.1")
def test_who_is_handed_over_is_told_at_no_more_than_the_origin_was(house: House) -> None:
    house.register(replace(a_next(), claims=(LEVEL,)))
    let_hand_over(house)
    person = house.a_person(Level.SELF_ASSERTED)
    before = Assurance(identity=Level.REAL_NAME, authenticator=Authenticator.A2)
    browser = arrived(house, person, before)
    tokens = tokens_of(browser, person, scope="openid")
    arrived(house, person, BY_PROVINCE, browser)
    ticket = a_ticket(house, tokens["access_token"])
    said = handed_over(house, browser, person, ticket, **PLAIN)
    assert claims_of(said["id_token"])["identity_level"] == 2


def test_a_ticket_platform_reads_the_same_level(house: House) -> None:
    house.register(a_bureau())
    person = house.a_person(Level.SELF_ASSERTED)
    browser = arrived(house, person, BY_PROVINCE)
    (session,) = house.session.sessions.sessions_of(person.id)
    reply = login(browser)
    browser.agree(reply, session)
    ticket = back(browser.resume(reply))["ticket"]
    token = str(read(validated(house, ticket).body)["token"])
    assert read(person_of(house, token).body)["user_real_lvl"] == 3


def test_a_grant_of_before_the_level_was_kept_tells_its_acr(house: House) -> None:
    ask_for(house, LEVEL)
    person = house.a_person(Level.REAL_PERSON)
    weak = Assurance(identity=Level.REAL_PERSON, authenticator=Authenticator.A1)
    tokens = tokens_of(arrived(house, person, weak), person, **PLAIN)
    house.db.write(oidc_grant.update().values(identity=1))
    assert about(house, tokens["access_token"])["identity_level"] == 2
