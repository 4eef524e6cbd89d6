from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from idp.clients.domain import Basis, ClaimAsked, Client
from idp.clients.errors import OnTrial
from idp.consent import events
from idp.consent.domain import Answer
from idp.consent.service import Consents
from idp.session.domain import Hints
from kernel.assurance import Assurance, Authenticator, Level, Path
from kernel.ids import PersonId
from kernel.secret import Digest
from tests.unit.idp.login.house import PORTAL, Browser, House, words

NAME = ClaimAsked("name")
NUMBER = ClaimAsked("id_number", Basis.STATUTORY)


def signed_in(
    house: House, browser: Browser, *claims: ClaimAsked, is_offline: bool = False
) -> None:
    house.a_person()
    browser.begin(claims=claims, is_offline=is_offline)
    browser.sign_in()


def shown(page: str) -> str:
    return page.split('name="shown" value="')[1].split('"', maxsplit=1)[0]


def text_of(page: TestResponse) -> str:
    return " ".join(words(page).split())


def answer(house: House, browser: Browser) -> Answer | None:
    return house.consent.consents.answer_to(browser.outcome())


def test_a_consent_says_who_gets_what_why_and_how_long(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, NAME, NUMBER)
    page = browser.get("/consent").text
    for text in ("四川省政务中心", "办理事项", "五年", "姓名", "公民身份号码", "张三"):
        assert text in page
    for name in ("consent-form", "consent-allow", "consent-deny"):
        assert f'id="{name}"' in page
    assert answer(house, browser) is None


def test_agreeing_keeps_a_receipt_and_is_not_asked_again(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, NAME)
    page = browser.get("/consent").text
    done = browser.post("/consent", shown=shown(page), decision="allow")
    assert done.location == browser.outcome().resume
    assert answer(house, browser) is Answer.AGREED
    session = browser.session()
    assert house.consent.consents.covered(session.person, PORTAL) == {"name"}
    again = browser.begin(claims=(NAME,))
    assert house.consent.consents.needed(again, session) is None
    asked = browser.begin(claims=(NAME,), prompt=frozenset({"consent"}))
    assert house.consent.consents.needed(asked, session) is not None


@pytest.mark.parametrize("claim", [NAME, NUMBER], ids=["consent", "notice"])
def test_the_level_that_is_required_is_what_the_service_asks_for(
    house: House, browser: Browser, claim: ClaimAsked
) -> None:
    house.a_person(level=Level.REAL_NAME)
    browser.begin(Level.SELF_ASSERTED, claims=(claim,))
    assert "需要 1 级" in text_of(browser.get("/login"))
    browser.sign_in()
    assert browser.session().assurance.level is Level.REAL_NAME
    page = browser.get("/consent")
    assert "需要 1 级" in text_of(page)
    assert "需要 2 级" not in text_of(page)


def test_the_identity_level_shown_is_what_was_proven_at_this_sign_in(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, ClaimAsked("identity_level"))
    proven = Assurance(
        identity=Level.REAL_PERSON, authenticator=Authenticator.A2, path=Path.F2
    )
    session = browser.session()
    _, cookie = house.session.sessions.strengthen(
        session, proven, ("otp",), person=session.person
    )
    name = house.settings.cookie_name("session")
    browser.client.set_cookie(name, cookie.reveal(), domain="localhost")
    page = text_of(browser.get("/consent"))
    assert "实名等级：3 级" in page


def test_a_receipt_keeps_how_well_its_giver_was_known(
    house: House, browser: Browser
) -> None:
    house.a_person(level=Level.REAL_NAME)
    browser.begin(Level.SELF_ASSERTED, claims=(NAME,))
    browser.sign_in()
    browser.post("/consent", shown=shown(browser.get("/consent").text), decision="allow")
    (receipt,) = house.consent.consents.receipts_of(browser.session().person)
    assert receipt.level is Level.REAL_NAME


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_a_consent_speaks_as_the_service_wishes(house: House, browser: Browser) -> None:
    house.a_person()
    browser.begin(claims=(NAME,), hints=Hints(ui_locales="en", large_type=True))
    browser.sign_in()
    assert '<html lang="en" class="elder"' in browser.get("/consent").text
    changed = browser.post("/consent", shown="00" * 32, decision="allow")
    assert (changed.status_code, '<html lang="en"' in changed.text) == (409, True)
    assert browser.cookie("language") == ""


def test_refusing_releases_nothing_and_stands(house: House, browser: Browser) -> None:
    signed_in(house, browser, NAME)
    page = browser.get("/consent").text
    done = browser.post("/consent", decision="deny")
    assert done.location == browser.outcome().resume
    browser.post("/consent", shown=shown(page), decision="allow")
    assert answer(house, browser) is Answer.REFUSED
    assert house.consent.consents.receipts_of(browser.session().person) == ()
    assert len(house.around.trail.of(events.ConsentRefused)) == 1


def test_an_answer_is_to_what_was_shown_and_nothing_else(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, NAME)
    answered = browser.post("/consent", shown="00" * 32, decision="allow")
    assert answered.status_code == 409
    assert answer(house, browser) is None
    assert house.consent.consents.receipts_of(browser.session().person) == ()


@pytest.mark.spec("个人信息保护法 §13")
def test_what_a_statute_provides_is_told_and_not_asked(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, NUMBER)
    page = browser.get("/consent").text
    assert 'id="notice-continue"' in page
    assert 'id="consent-deny"' not in page
    browser.post("/consent", shown=shown(page))
    (receipt,) = house.consent.consents.receipts_of(browser.session().person)
    assert receipt.basis is Basis.STATUTORY


def test_the_page_is_for_the_session_that_signed_in_only(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, NAME)
    thief = house.browser()
    thief.cookie("browser")
    thief.interaction = browser.interaction
    assert thief.get("/consent").status_code == 404
    browser.client.delete_cookie(house.settings.cookie_name("session"), domain="localhost")
    assert browser.get("/consent").status_code != 200


def test_a_consent_that_is_withdrawn_is_asked_again(house: House, browser: Browser) -> None:
    signed_in(house, browser, NAME)
    page = browser.get("/consent").text
    browser.post("/consent", shown=shown(page), decision="allow")
    session = browser.session()
    (receipt,) = house.consent.consents.receipts_of(session.person)
    account = browser.client.get("/account", base_url="http://localhost:8400").text
    assert str(receipt.id) in account
    browser.post("/account/consents/withdraw", receipt=str(receipt.id))
    again = browser.begin(claims=(NAME,))
    assert house.consent.consents.needed(again, session) is not None


AWAY = {"zh-CN": "在您离开以后（包括退出登录以后）", "en": "While you are away"}


@pytest.mark.spec("OIDC Core §11")
@pytest.mark.parametrize(("language", "said"), AWAY.items(), ids=AWAY)
def test_it_is_said_that_an_application_would_go_on_while_the_person_is_away(
    house: House, browser: Browser, language: str, said: str
) -> None:
    signed_in(house, browser, is_offline=True)
    page = browser.get("/consent", **{"Accept-Language": language})
    assert said in page.text
    assert 'id="consent-deny"' in page.text
    assert "撤回" in page.text or "withdraw" in page.text
    browser.begin(claims=(NAME,))
    browser.sign_in()
    assert said not in browser.get("/consent", **{"Accept-Language": language}).text


@pytest.mark.spec("OIDC Core §11")
def test_a_yes_without_it_is_no_yes_to_offline_access(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, NAME)
    less = shown(browser.get("/consent").text)
    browser.begin(claims=(NAME,), is_offline=True)
    browser.sign_in()
    answered = browser.post("/consent", shown=less, decision="allow")
    assert answered.status_code == 409
    assert AWAY["zh-CN"] in answered.text
    assert answer(house, browser) is None
    assert house.consent.consents.receipts_of(browser.session().person) == ()


@pytest.mark.spec("OIDC Core §11")
def test_it_is_asked_beside_what_a_statute_provides(house: House, browser: Browser) -> None:
    signed_in(house, browser, NUMBER, is_offline=True)
    page = browser.get("/consent").text
    assert 'id="consent-deny"' in page
    browser.post("/consent", shown=shown(page), decision="allow")
    receipts = house.consent.consents.receipts_of(browser.session().person)
    assert {one.basis: one.attributes for one in receipts} == {
        Basis.CONSENT: ("offline_access",),
        Basis.STATUTORY: ("id_number",),
    }
    account = browser.client.get("/account", base_url="http://localhost:8400").text
    assert "您离开以后继续访问" in account


@pytest.mark.spec("OIDC Core §11")
def test_offline_access_is_taken_back_as_a_whole(house: House, browser: Browser) -> None:
    signed_in(house, browser, NAME)
    browser.post("/consent", shown=shown(browser.get("/consent").text), decision="allow")
    for _ in range(2):
        browser.begin(claims=(NAME,), is_offline=True)
        browser.sign_in()
        page = browser.get("/consent").text
        browser.post("/consent", shown=shown(page), decision="allow")
    consents, person = house.consent.consents, browser.session().person
    latest = consents.receipts_of(person)[0]
    assert consents.covered(person, PORTAL) == {"name", "offline_access"}
    consents.withdraw(person, latest.id)
    assert consents.covered(person, PORTAL) == {"name"}
    assert len(house.around.trail.of(events.ConsentWithdrawn)) == 2


class NobodyOnTrial:
    """A `Trial` that admits nobody."""

    def admits(self, client: Client, _person: PersonId) -> None:
        raise OnTrial(client.id)


def on_trial(house: House) -> Consents:
    return replace(house.consent.consents, trial=NobodyOnTrial())


def test_nothing_is_asked_or_released_for_an_application_on_trial(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, NAME)
    interaction, session = browser.outcome(), browser.session()
    with pytest.raises(OnTrial):
        on_trial(house).needed(interaction, session)
    with pytest.raises(OnTrial):
        on_trial(house).agree(interaction, session, Digest(bytes(32)))
    with pytest.raises(OnTrial):
        on_trial(house).released(interaction, session, ("name",))
    assert house.consent.consents.releases_of(session.person, 1) == ()
    assert house.consent.consents.receipts_of(session.person) == ()


def test_what_was_agreed_to_is_not_enough_once_it_is_on_trial_again(
    house: House, browser: Browser
) -> None:
    signed_in(house, browser, NAME)
    page = browser.get("/consent").text
    browser.post("/consent", shown=shown(page), decision="allow")
    interaction, session = browser.outcome(), browser.session()
    assert house.consent.consents.needed(interaction, session) is None
    with pytest.raises(OnTrial):
        on_trial(house).needed(interaction, session)
