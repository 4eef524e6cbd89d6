from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.unit.portals.conftest import Browser, Portals
from tests.unit.portals.fake_hub import EVENT, Claims, FakeHub, nothing, unsigned


def tell(browser: Browser, token: str) -> TestResponse:
    """Post a logout token as the hub does: no cookie, no form token."""
    client = browser.client.application.test_client(use_cookies=False)
    return client.post("/backchannel-logout", data={"logout_token": token})


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_signing_out_ends_the_session_here_and_goes_on_to_the_hub(browser: Browser) -> None:
    browser.sign_in()
    before = browser.session
    response = browser.post("/sign-out")
    parts = urlsplit(response.headers["Location"])
    sent = dict(parse_qsl(parts.query))
    assert parts.path == "/logout"
    assert sent["post_logout_redirect_uri"] == "http://localhost:8440/signed-out"
    assert sent["client_id"] == "portal"
    assert sent["id_token_hint"].count(".") == 2
    assert before is not None
    browser.client.set_cookie("trusthub-portal-public-session", before)
    assert not browser.is_signed_in()


def test_signing_out_goes_on_in_the_language_and_size_of_here(browser: Browser) -> None:
    browser.sign_in()
    browser.client.get("/?page_language=en&elder=1")
    sent = dict(parse_qsl(urlsplit(browser.post("/sign-out").headers["Location"]).query))
    assert (sent["ui_locales"], sent["large_type"]) == ("en", "1")


def test_the_account_at_the_hub_is_opened_in_the_language_and_size_of_here(
    browser: Browser,
) -> None:
    browser.sign_in()
    browser.client.get("/?page_language=en&elder=1")
    page = unescape(browser.client.get("/me").text)
    assert f'href="{browser.hub.issuer}/account?ui_locales=en&large_type=1"' in page


def test_signing_out_needs_a_form_of_ours(browser: Browser) -> None:
    browser.sign_in()
    assert browser.client.post("/sign-out").status_code == 403
    assert browser.is_signed_in()


def test_a_hub_that_is_down_keeps_nobody_signed_in(
    browser: Browser, portal: Portals
) -> None:
    browser.sign_in()
    fresh = Browser(portal().test_client(), browser.hub)  # one that knows no metadata
    assert browser.session is not None
    fresh.client.set_cookie("trusthub-portal-public-session", browser.session)
    browser.hub.alive = False
    response = fresh.post("/sign-out")
    assert response.headers["Location"] == "/signed-out?hub=no"
    assert "统一身份认证没有响应" in fresh.client.get("/signed-out?hub=no").text
    assert not browser.is_signed_in()


@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
def test_the_hub_ends_a_session_behind_the_browser(browser: Browser) -> None:
    browser.sign_in()
    response = tell(browser, browser.hub.logout_token())
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert not browser.is_signed_in()


@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
def test_without_a_sid_every_session_of_the_person_ends(browser: Browser) -> None:
    browser.sign_in()
    token = browser.hub.logout_token(lambda claims: claims.pop("sid"))
    assert tell(browser, token).status_code == 200
    assert not browser.is_signed_in()


@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
def test_a_session_of_another_sid_stays(browser: Browser) -> None:
    browser.sign_in()
    token = browser.hub.logout_token(lambda claims: claims.update(sid="sid-2"))
    assert tell(browser, token).status_code == 200
    assert browser.is_signed_in()


def names_nobody(claims: Claims) -> None:
    del claims["sid"], claims["sub"]


BAD: list[tuple[str, Callable[[Claims], None], dict[str, str]]] = [
    ("another issuer", lambda c: c.update(iss="https://other.example"), {}),
    ("another audience", lambda c: c.update(aud="somebody-else"), {}),
    ("expired", lambda c: c.update(exp=1), {}),
    ("no jti", lambda c: c.pop("jti"), {}),
    ("no events", lambda c: c.pop("events"), {}),
    ("another event", lambda c: c.update(events={"urn:x": {}}), {}),
    ("an event that is no object", lambda c: c.update(events={EVENT: []}), {}),
    ("a nonce", lambda c: c.update(nonce="n"), {}),
    ("nobody named", names_nobody, {}),
    ("a sid that is no text", lambda c: c.update(sid=1), {}),
    ("an ID token's type", nothing, {"typ": "JWT"}),
    ("an unknown key", nothing, {"kid": "two"}),
]


@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
@pytest.mark.parametrize(("bend", "header"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_logout_token_that_does_not_hold_ends_nothing(
    bend: Callable[[Claims], None], header: dict[str, str], browser: Browser
) -> None:
    browser.sign_in()
    response = tell(browser, browser.hub.logout_token(bend, **header))
    assert response.status_code == 400
    assert response.get_json()["error"] == "invalid_request"
    assert browser.is_signed_in()


@pytest.mark.spec("RFC 8725 §2.1")
def test_an_unsigned_logout_token_ends_nothing(browser: Browser) -> None:
    browser.sign_in()
    browser.hub.token_maker = unsigned
    assert tell(browser, browser.hub.logout_token()).status_code == 400
    assert browser.is_signed_in()


@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
def test_a_logout_token_is_good_once(browser: Browser) -> None:
    token = browser.hub.logout_token()
    assert tell(browser, token).status_code == 200
    browser.sign_in()
    again = tell(browser, token)
    assert again.get_json()["error_description"] == "rp_logout_token_replayed"
    assert browser.is_signed_in()


@pytest.mark.parametrize("sent", [{}, {"logout_token": ["a", "b"]}])
def test_a_post_without_one_token_ends_nothing(
    sent: dict[str, list[str]], browser: Browser
) -> None:
    browser.sign_in()
    response = browser.client.post("/backchannel-logout", data=sent)
    assert response.status_code == 400
    assert browser.is_signed_in()


def test_a_hub_whose_keys_cannot_be_had_may_try_again(
    hub: FakeHub, portal: Portals
) -> None:
    browser = Browser(portal().test_client(), hub)
    hub.alive = False
    assert tell(browser, hub.logout_token()).status_code == 503
