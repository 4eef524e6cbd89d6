"""What was agreed to, or told, counts for the words that were shown and for no others."""

from datetime import timedelta

import pytest

from idp.clients.domain import Basis
from idp.clients.messages import ClaimBody, TextBody
from idp.people.domain import Person
from kernel.web import Reply
from tests.unit.idp.oidc.house import PORTAL, Browser, House, a_portal, answer_of
from tests.unit.idp.oidc.test_consent_withdrawn import (
    ONLINE,
    about,
    refreshed,
    tokens_of,
)

STATUTE = ClaimBody(name="name", basis=Basis.STATUTORY, ground="§ 1")
ALONE = {"scope": "openid offline_access", "prompt": "consent"}
OTHER = {
    "recipient": TextBody(zh="某公司", en="Some company"),
    "purpose": TextBody(zh="推送广告", en="Advertising"),
    "retention": TextBody(zh="永久", en="For ever"),
}


def says(house: House, claim: ClaimBody, **words: TextBody) -> None:
    """Put other words in the portal's record, and let it be read again."""
    found = house.clients.clients.find(PORTAL)
    said = a_portal(claims=(claim,), **words)
    house.clients.clients.update(PORTAL, found.version, said, actor=None)
    house.around.clock.advance(timedelta(seconds=2))


def comes_again(house: House, person: Person, **bent: str) -> Reply:
    browser = Browser(house)
    browser.sign_in(person)
    return browser.authorize(**bent)


def leads_to_consent(reply: Reply) -> bool:
    return (reply.header("Location") or "").startswith("/consent")


@pytest.mark.spec("个人信息保护法 §14, §23")
@pytest.mark.parametrize("told", OTHER)
@pytest.mark.parametrize("claim", [ClaimBody(name="name"), STATUTE], ids=["asked", "told"])
def test_who_agreed_to_other_words_is_shown_the_new_ones(
    house: House, told: str, claim: ClaimBody
) -> None:
    says(house, claim)
    person = house.a_person()
    tokens_of(house, person)
    assert answer_of(comes_again(house, person))["code"]
    says(house, claim, **{told: OTHER[told]})
    assert leads_to_consent(comes_again(house, person))
    silent = answer_of(comes_again(house, person, prompt="none"))
    assert silent["error"] == "consent_required"
    tokens_of(house, person)
    assert answer_of(comes_again(house, person))["code"]


@pytest.mark.spec("个人信息保护法 §14")
def test_nothing_is_told_for_a_purpose_that_nobody_agreed_to(house: House) -> None:
    person = house.a_person()
    tokens = tokens_of(house, person, **ONLINE)
    says(house, ClaimBody(name="name"), purpose=OTHER["purpose"])
    assert about(house, tokens["access_token"]).keys() == {"sub"}
    says(house, ClaimBody(name="name"))
    assert about(house, tokens["access_token"])["name"] == "张三"


@pytest.mark.spec("OIDC Core §11")
def test_a_grant_for_somebody_who_is_away_goes_on_and_tells_less(house: House) -> None:
    person = house.a_person()
    tokens = tokens_of(house, person, **ALONE, claims=ONLINE["claims"])
    says(house, ClaimBody(name="name"), purpose=OTHER["purpose"])
    fresh = refreshed(house, tokens)
    assert about(house, fresh["access_token"]).keys() == {"sub"}
