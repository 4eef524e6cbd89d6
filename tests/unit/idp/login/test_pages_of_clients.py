"""Who asks shows itself where somebody signs in and where they agree."""

import html
from dataclasses import replace

import pytest

from idp.clients.checks.pictures import picture_is_one
from idp.clients.domain import ClientState, PublicPages
from idp.clients.store import SqlPictures
from tests.unit.idp.clients.images import png
from tests.unit.idp.login.house import PORTAL, Browser, House

LOGO = "https://portal.example/logo.png"
PICTURE = picture_is_one(png())
PATH = f"/client-pictures/{PICTURE.digest().hex()}"
PAGES = PublicPages(
    logo_uri=LOGO,
    policy_uri="https://portal.example/privacy?a=1&b=2",
    tos_uri="https://portal.example:8443/terms",
    policy_uri_en="https://portal.example/en/privacy",
)


def shows_itself(house: House, pages: PublicPages = PAGES) -> None:
    shown = replace(house.portal.client, state=ClientState.LIVE, pages=pages)
    house.portal.client = shown
    SqlPictures(house.db).add(PORTAL, LOGO, PICTURE, house.around.clock())


def asked(house: House, browser: Browser) -> tuple[str, str]:
    """Return the page to sign in at, and the one to agree at."""
    house.a_person()
    browser.begin(claims=house.portal.client.claims)
    door = browser.get("/login").text
    browser.sign_in()
    return door, browser.get("/consent").text


@pytest.mark.spec("OIDC Registration §2")
def test_picture_policy_and_terms_are_on_both_pages(house: House, browser: Browser) -> None:
    shows_itself(house)
    for page in asked(house, browser):
        assert f'src="{PATH}"' in page
        assert LOGO not in page
        assert html.escape("https://portal.example/privacy?a=1&b=2") in page
        assert "隐私政策（portal.example）" in page
        assert "服务条款（portal.example:8443）" in page
        assert page.count('rel="noopener noreferrer external"') == 2
        assert "不在本平台上" in page


@pytest.mark.spec("RFC 7591 §2.2")
def test_readers_of_english_get_english_pages(house: House, browser: Browser) -> None:
    shows_itself(house)
    house.a_person()
    browser.begin()
    page = browser.get("/login", **{"Accept-Language": "en"}).text
    assert 'href="https://portal.example/en/privacy"' in page
    assert "Privacy policy (portal.example)" in page
    assert "Terms of service (portal.example:8443)" in page


def test_who_names_nothing_shows_its_name_only(house: House, browser: Browser) -> None:
    shows_itself(house, PublicPages())
    for page in asked(house, browser):
        assert "client-picture" not in page
        assert "client-pages" not in page
        assert "四川政务服务" in page


@pytest.mark.spec("RFC 7591 §5")
def test_what_nobody_approved_and_lies_elsewhere_is_not_shown(
    house: House, browser: Browser
) -> None:
    shows_itself(house)
    house.portal.client = replace(house.portal.client, state=ClientState.SANDBOX)
    for page in asked(house, browser):
        assert "client-picture" not in page
        assert "portal.example" not in page


def test_an_answer_is_to_the_picture_that_was_shown(house: House, browser: Browser) -> None:
    shows_itself(house)
    page = asked(house, browser)[1]
    shown = page.split('name="shown" value="')[1].split('"', maxsplit=1)[0]
    other = replace(PAGES, policy_uri="https://portal.example/other")
    house.portal.client = replace(house.portal.client, pages=other)
    again = browser.post("/consent", shown=shown, decision="allow")
    assert again.status_code == 409
    assert "https://portal.example/other" in again.text
    assert house.consent.consents.receipts_of(browser.session().person) == ()
