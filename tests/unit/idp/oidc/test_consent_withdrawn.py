"""A consent that is taken back covers nothing any more, wherever it would be told next."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from idp.clients.domain import Basis
from idp.clients.messages import ClaimBody
from idp.oidc.events import ClaimsReleased
from idp.people.domain import Person
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    PORTAL,
    Browser,
    House,
    a_portal,
    claims_of,
    exchange,
)
from tests.unit.idp.oidc.test_costs import shown
from tests.unit.idp.oidc.test_device import Phone, a_kiosk, ask, poll
from tests.unit.idp.oidc.test_ticket_platform import (
    a_bureau,
    a_sso_ticket,
    person_of,
    validated,
)
from tests.unit.idp.oidc.whole import TAX

BOTH = '{"id_token":{"name":null},"userinfo":{"name":null}}'
ONLINE = {"scope": "openid", "claims": BOTH}
OFFLINE = {"scope": "openid offline_access", "prompt": "consent", "claims": BOTH}


def withdraw(house: House, person: Person) -> None:
    """Take back all that somebody agreed to."""
    for receipt in house.consent.consents.receipts_of(person.id):
        if receipt.basis is Basis.CONSENT:
            house.consent.consents.withdraw(person.id, receipt.id)


def ask_for(house: House, *claims: ClaimBody) -> None:
    """Let the portal have other claims, and let its record be read again."""
    found = house.clients.clients.find(PORTAL)
    house.clients.clients.update(PORTAL, found.version, a_portal(claims=claims), actor=None)
    house.around.clock.advance(timedelta(seconds=2))


def tokens_of(house: House, person: Person, **bent: str) -> dict[str, Any]:
    """Walk to a code over consent, and redeem it."""
    return read(exchange(house, Browser(house).code(person, **bent)).body)


def refreshed(house: House, tokens: Mapping[str, Any]) -> dict[str, Any]:
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    return read(house.token(**form).body)


def about(house: House, token: str) -> dict[str, Any]:
    """Return what userinfo tells."""
    headers = {"authorization": f"Bearer {token}"}
    return read(house.call("GET", "/oidc/userinfo", headers=headers).body)


def read(body: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(body)
    return said


@pytest.mark.spec("个人信息保护法 §15")
def test_userinfo_tells_no_more_what_consent_was_taken_back_for(house: House) -> None:
    person = house.a_person()
    tokens = tokens_of(house, person)
    assert about(house, tokens["access_token"])["name"] == "张三"
    withdraw(house, person)
    assert about(house, tokens["access_token"]).keys() == {"sub"}
    assert house.around.trail.of(ClaimsReleased)[-1].claims == ()


@pytest.mark.spec("个人信息保护法 §15")
def test_a_refresh_gives_tokens_that_tell_no_more_of_it(house: House) -> None:
    person = house.a_person()
    tokens = tokens_of(house, person, **ONLINE)
    assert claims_of(tokens["id_token"])["name"] == "张三"
    withdraw(house, person)
    fresh = refreshed(house, tokens)
    assert "name" not in claims_of(fresh["id_token"])
    assert about(house, fresh["access_token"]).keys() == {"sub"}


@pytest.mark.spec("个人信息保护法 §15")
def test_a_code_taken_back_before_it_came_tells_nothing(house: House) -> None:
    person = house.a_person()
    code = Browser(house).code(person, **ONLINE)
    withdraw(house, person)
    tokens = read(exchange(house, code).body)
    assert "name" not in claims_of(tokens["id_token"])


@pytest.mark.spec("个人信息保护法 §15")
def test_the_token_of_a_ticket_tells_no_more_of_it(house: House) -> None:
    house.register(a_bureau())
    person = house.a_person()
    token = read(validated(house, a_sso_ticket(Browser(house), person)).body)["token"]
    assert "user_name" in read(person_of(house, token).body)
    withdraw(house, person)
    assert read(person_of(house, token).body).keys() == {"user_id"}


@pytest.mark.spec("个人信息保护法 §15")
def test_who_agrees_again_is_told_of_again(house: House) -> None:
    person = house.a_person()
    tokens = tokens_of(house, person)
    withdraw(house, person)
    assert "name" not in about(house, tokens["access_token"])
    tokens_of(house, person)
    assert about(house, tokens["access_token"])["name"] == "张三"


@pytest.mark.spec("个人信息保护法 §13")
def test_what_a_statute_demands_stays(house: House) -> None:
    level = ClaimBody(name="identity_level", basis=Basis.STATUTORY, ground="§ 1")
    ask_for(house, ClaimBody(name="name"), level)
    person = house.a_person()
    claims = '{"userinfo":{"name":null,"identity_level":null}}'
    tokens = tokens_of(house, person, claims=claims)
    assert about(house, tokens["access_token"]).keys() == {"sub", "name", "identity_level"}
    withdraw(house, person)
    assert about(house, tokens["access_token"]).keys() == {"sub", "identity_level"}


@pytest.mark.spec("个人信息保护法 §13")
def test_a_statutes_notice_is_no_consent(house: House) -> None:
    ask_for(house, ClaimBody(name="name", basis=Basis.STATUTORY, ground="§ 1"))
    tokens = tokens_of(house, house.a_person())
    assert about(house, tokens["access_token"])["name"] == "张三"
    ask_for(house, ClaimBody(name="name"))
    assert about(house, tokens["access_token"]).keys() == {"sub"}


def test_nobody_is_asked_for_consents_where_a_statute_demands_all(house: House) -> None:
    ask_for(house, ClaimBody(name="name", basis=Basis.STATUTORY, ground="§ 1"))
    tokens = tokens_of(house, house.a_person())
    with house.db.counting() as count:
        assert about(house, tokens["access_token"])["name"] == "张三"
    assert not any("consent_receipt" in sql for sql in count.statements), shown(count)


def test_a_grant_that_tells_nothing_asks_nobody(house: House) -> None:
    tokens = tokens_of(house, house.a_person(), scope="openid")
    with house.db.counting() as count:
        assert about(house, tokens["access_token"]).keys() == {"sub"}
    assert len(count) == 3, shown(count)


@pytest.mark.spec("OpenID Federation 1.0 §12")
def test_a_code_gives_no_more_than_the_record_allows_when_it_comes(house: House) -> None:
    shaped(house, resources=frozenset({TAX}))
    code = Browser(house).code(house.a_person(), resource=TAX)
    shaped(house, scopes=frozenset({"openid"}), resources=frozenset())
    house.around.clock.advance(timedelta(seconds=2))
    tokens = read(exchange(house, code).body)
    assert tokens["scope"] == "openid"
    assert TAX not in claims_of(tokens["access_token"])["aud"]


@pytest.mark.spec("OpenID Federation 1.0 §12")
def test_a_device_gets_no_more_than_the_record_allows_when_it_asks(house: House) -> None:
    client = house.register(a_kiosk()).id
    codes, phone = ask(house), Phone(house)
    phone.sign_in()
    phone.allow(codes["user_code"])
    shaped(house, client, scopes=frozenset({"openid"}))
    assert poll(house, codes)["scope"] == "openid"


@pytest.mark.spec("OpenID Federation 1.0 §12")
def test_a_ticket_is_worth_no_more_than_the_record_allows(house: House) -> None:
    client = house.register(a_bureau()).id
    ticket = a_sso_ticket(Browser(house), house.a_person())
    shaped(house, client, scopes=frozenset({"openid"}))
    house.around.clock.advance(timedelta(seconds=2))
    token = read(validated(house, ticket).body)["token"]
    assert claims_of(str(token))["scope"] == "openid"
