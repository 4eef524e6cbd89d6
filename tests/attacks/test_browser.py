"""Browsers of victims and attackers: forged forms, planted cookies, interactions."""

import itertools
import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from kernel.infra.pages.form_tokens import FIELD
from kernel.proof.jose import from_base64url
from tests.attacks.browser import Browser, code_of, hidden_fields, redeem, request_of
from tests.attacks.house import ISSUER, NAME, PASSWORD, Answer, House, Registered
from tests.attacks.malformed import plain_path
from tests.attacks.test_bad_input import pages_of

_count: Final = itertools.count()
_SESSION: Final = "trusthub-national-session"
_OTHER_NAME: Final = "司马测试"


@pytest.fixture
def username(house: House) -> str:
    """Return the name of somebody new who can sign in."""
    name = f"victim-{next(_count)}"
    house.person(name)
    return name


@pytest.fixture
def client(house: House) -> Registered:
    """Return a relying party of its own."""
    return house.client(f"browser-{next(_count)}")


def _at_the_form(house: House, client: Registered) -> tuple[Browser, str, dict[str, str]]:
    """Walk up to the sign-in form."""
    browser = Browser(house)
    address = browser.authorize(client).location
    return browser, address, hidden_fields(browser.get(address).text)


def _refused(answer: Answer) -> bool:
    return answer.status in {400, 403, 404} and not answer.location


@pytest.mark.spec("OWASP CSRF, ASVS 3.5.1")
def test_no_form_of_a_page_can_be_posted_without_its_token(house: House) -> None:
    before = house.rows()
    for route in pages_of(house):
        if route.method == "GET" or _is_open_to_strangers(route.path):
            continue
        browser = Browser(house)
        browser.get("/login")
        for token in (None, "", "x", "a.b.c", Browser(house).get("/login").text[:40]):
            fields = {} if token is None else {FIELD: token}
            answer = browser.post(plain_path(route), fields)
            assert _refused(answer), (route.path, answer.status)
    assert house.rows() == before


def _is_open_to_strangers(path: str) -> bool:
    """Tell whether a protocol lets other sites post there; it checks for itself."""
    return path in {"/logout", "/login/certificate/answer"}


@pytest.mark.spec("OWASP CSRF: signed double submit")
def test_a_token_of_another_browser_signs_nobody_in(
    house: House, client: Registered, username: str
) -> None:
    _, _, others = _at_the_form(house, client)
    browser, address, own = _at_the_form(house, client)
    filled = {"username": username, "password": PASSWORD}
    answer = browser.post(address, {**own, FIELD: others[FIELD], **filled})
    assert _refused(answer)
    assert _SESSION not in browser.jar


@pytest.mark.spec("Fetch Metadata §2.4, RFC 6454 §7.3")
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": f"{ISSUER}.evil.example"},
     {"Origin": ISSUER.replace("http:", "https:")}, {"Origin": f"{ISSUER}0"},
     {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_a_form_sent_from_elsewhere_signs_nobody_in(
    house: House, client: Registered, username: str, headers: Mapping[str, str]
) -> None:
    browser, address, own = _at_the_form(house, client)
    answer = browser.post(
        address, {**own, "username": username, "password": PASSWORD}, headers
    )
    assert _refused(answer)
    assert _SESSION not in browser.jar


@pytest.mark.spec("ASVS 7.2.4, CWE-384")
@pytest.mark.parametrize("whose", ["nobody's", "the attacker's own"])
def test_a_planted_session_cookie_is_not_taken_over(
    house: House, client: Registered, username: str, whose: str
) -> None:
    other = Browser(house)
    house.person(f"{username}-plants")
    other.sign_in(client, f"{username}-plants")
    planted = "A" * 43 if whose == "nobody's" else other.jar[_SESSION]
    browser, address, own = _at_the_form(house, client)
    browser.jar[_SESSION] = planted
    answer = browser.post(address, {**own, "username": username, "password": PASSWORD})
    code_of(browser.walk(answer, username))
    assert browser.jar[_SESSION] != planted
    attacker = Browser(house, {_SESSION: planted})
    assert "error=login_required" in attacker.authorize(client, prompt="none").location


@pytest.mark.spec("ASVS 7.2.4, CWE-384")
def test_signing_in_again_changes_the_session_cookie(
    house: House, client: Registered, username: str
) -> None:
    browser = Browser(house)
    browser.sign_in(client, username)
    first = browser.jar[_SESSION]
    browser.sign_in(client, username, prompt="login")
    assert browser.jar[_SESSION] != first
    old = Browser(house, {_SESSION: first})
    assert "error=login_required" in old.authorize(client, prompt="none").location


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_an_interaction_is_worth_nothing_in_another_browser(
    house: House, client: Registered, username: str
) -> None:
    """Neither its sign-in page, nor its end, nor what a victim did for it (login CSRF)."""
    browser, address, _ = _at_the_form(house, client)
    interaction = parse_qs(urlsplit(address).query)["interaction"][0]
    stranger, _, own = _at_the_form(house, client)
    filled = {**own, "username": username, "password": PASSWORD}
    for door in (address, "/oauth2/authorize/resume", "/consent"):
        assert _refused(stranger.get(f"{door.partition('?')[0]}?interaction={interaction}"))
    assert _refused(stranger.post(address, filled))
    assert _SESSION not in stranger.jar
    fields = hidden_fields(browser.get(address).text)
    done = browser.post(address, {**fields, "username": username, "password": PASSWORD})
    assert _refused(stranger.get(done.location.removeprefix(ISSUER)))


@pytest.mark.spec("OIDC Core §3.1.2.5")
def test_an_interaction_gives_one_code_only(
    house: House, client: Registered, username: str
) -> None:
    browser, address, own = _at_the_form(house, client)
    answer = browser.post(address, {**own, "username": username, "password": PASSWORD})
    code_of(browser.walk(answer, username))
    interaction = parse_qs(urlsplit(address).query)["interaction"][0]
    assert _refused(browser.get(f"/oauth2/authorize/resume?interaction={interaction}"))


@pytest.mark.spec("RFC 6265 §5.4; cookie tossing")
@pytest.mark.parametrize("order", ["first", "last"])
def test_a_second_cookie_of_the_same_name_signs_nobody_else_in(
    house: House, client: Registered, username: str, order: str
) -> None:
    """Endpoints and pages read the same one, so no page acts for another than the next."""
    victim, attacker = Browser(house), Browser(house)
    victim.sign_in(client, username)
    house.person(f"{username}-other", name=_OTHER_NAME)
    attacker.sign_in(client, f"{username}-other")
    both = [victim.jar[_SESSION], attacker.jar[_SESSION]]
    if order == "last":
        both.reverse()
    tossed = {"Cookie": "; ".join(f"{_SESSION}={value}" for value in both)}
    shown = house.ask("GET", "/account", headers=tossed).text
    (named,) = (name for name in (NAME, _OTHER_NAME) if name in shown)
    asked = urlencode(request_of(client, prompt="none"))
    told = house.ask("GET", "/oauth2/authorize", query=asked, headers=tossed).location
    owner = victim if named == NAME else attacker
    own = owner.authorize(client, prompt="none").location
    assert _subject(house, client, told) == _subject(house, client, own)


def _subject(house: House, client: Registered, answer: str) -> object:
    token = str(redeem(house, client, code_of(answer)).json()["id_token"])
    return json.loads(from_base64url(token.split(".")[1]))["sub"]


@pytest.mark.spec("RFC 6265bis §4.1.3, ASVS 3.3")
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    house: House, client: Registered, username: str
) -> None:
    browser, address, own = _at_the_form(house, client)
    answer = browser.post(address, {**own, "username": username, "password": PASSWORD})
    set_by = [*answer.all("Set-Cookie"), *house.ask("GET", "/login").all("Set-Cookie")]
    assert set_by
    for cookie in set_by:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain=" not in cookie


@pytest.mark.spec("ASVS 3.4, CSP 3")
def test_every_page_forbids_framing_and_foreign_scripts(house: House) -> None:
    for route in pages_of(house):
        if route.method == "GET" and not route.path.startswith("/static"):
            answer = house.ask("GET", plain_path(route))
            policy = answer.header("Content-Security-Policy")
            assert "frame-ancestors 'none'" in policy, route.path
            assert "unsafe-inline" not in policy, route.path
