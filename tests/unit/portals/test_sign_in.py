import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import ECKey, RSAKey

from kernel.clock import SetClock
from kernel.ids import correlation
from tests.unit.portals.conftest import Browser, Portals
from tests.unit.portals.fake_hub import (
    FakeHub,
    signed_with_public_key,
    unsigned,
)


def code_of(page: str) -> str:
    """Return the machine name on an error page."""
    return page.partition('data-code="')[2].partition('"')[0]


def asked(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_sign_in_ends_where_it_began(browser: Browser) -> None:
    response = browser.sign_in("/sign-in?next=/cases")
    assert response.status_code == 303
    assert response.headers["Location"] == "/cases"
    assert browser.is_signed_in()


@pytest.mark.spec("RFC 7636 §4.3")
@pytest.mark.spec("RFC 9700 §2.1.1")
def test_every_request_has_a_state_nonce_and_challenge_of_its_own(browser: Browser) -> None:
    first, second = asked(browser.leave()), asked(browser.leave())
    assert first["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


def test_who_reads_in_large_type_goes_on_so_at_the_hub(browser: Browser) -> None:
    assert "large_type" not in browser.leave()
    browser.client.get("/?elder=1")
    for path in ("/sign-in", f"/initiate-login?iss={browser.hub.issuer}"):
        assert "&large_type=1" in browser.leave(path)
    browser.client.get("/?elder=0")
    assert "large_type" not in browser.leave()


@pytest.mark.spec("OIDC Core §5.5.1.1")
def test_a_higher_level_is_asked_as_essential(browser: Browser) -> None:
    sent = asked(browser.leave("/sign-in?level=3"))
    essential = json.loads(sent["claims"])["id_token"]["acr"]
    assert sent["acr_values"] == "urn:trusthub:loa:3"
    assert essential == {
        "essential": True,
        "values": ["urn:trusthub:loa:3", "urn:trusthub:loa:4"],
    }


BAD_TOKENS: dict[str, tuple[Callable[[FakeHub], None], str]] = {}


def bends(code: str) -> Callable[[Callable[[FakeHub], None]], Callable[[FakeHub], None]]:
    """Add a fault of the hub to the table, with the reason it is refused for."""

    def kept(fault: Callable[[FakeHub], None]) -> Callable[[FakeHub], None]:
        BAD_TOKENS[fault.__name__] = (fault, code)
        return fault

    return kept


def claim(name: str, value: object) -> Callable[[FakeHub], None]:
    def fault(hub: FakeHub) -> None:
        hub.bend_id_token = lambda claims: claims.update({name: value})

    fault.__name__ = f"{name}={value}"
    return fault


for _name, _value, _code in (
    ("iss", "https://other.example", "jose_wrong_issuer"),
    ("aud", "somebody-else", "jose_wrong_audience"),
    ("aud", ["portal", "somebody-else"], "rp_party_differs"),
    ("azp", "somebody-else", "rp_party_differs"),
    ("nonce", "another", "rp_nonce_differs"),
    ("nonce", None, "rp_nonce_differs"),
    ("exp", 1, "jose_expired"),
    ("iat", 4_000_000_000, "jose_issued_in_future"),
    ("nbf", 4_000_000_000, "jose_not_yet_valid"),
    ("acr", "gold", "unknown_level"),
    ("at_hash", "AAAAAAAAAAAAAAAAAAAAAA", "rp_second_opinion_differs"),
):
    bends(_code)(claim(_name, _value))


@bends("jose_algorithm_not_allowed")
def says_none(hub: FakeHub) -> None:
    hub.token_maker = unsigned


@bends("jose_algorithm_not_allowed")
def takes_the_public_key_for_a_secret(hub: FakeHub) -> None:
    hub.token_maker = signed_with_public_key(hub)


@bends("jose_algorithm_not_allowed")
def signs_by_an_algorithm_that_is_not_ours(hub: FakeHub) -> None:
    hub.key = RSAKey.generate_key(2048, {"kid": "rsa"})
    hub.algorithm = "RS256"


@bends("jose_unknown_key")
def names_a_key_nobody_published(hub: FakeHub) -> None:
    hub.bend_header = lambda header: header.update(kid="two")


@bends("jose_bad_signature")
def signs_with_a_strangers_key_of_the_same_name(hub: FakeHub) -> None:
    hub.published = [ECKey.generate_key("P-256", {"kid": "one"})]


@bends("jose_unknown_critical")
def asks_for_an_unknown_extension(hub: FakeHub) -> None:
    hub.token_maker = lambda header, claims: unsigned({**header, "crit": ["exp"]}, claims)


@bends("jose_wrong_type")
def sends_an_access_token_in_its_place(hub: FakeHub) -> None:
    hub.bend_header = lambda header: header.update(typ="at+jwt")


@bends("rp_subject_differs")
def tells_userinfo_of_somebody_else(hub: FakeHub) -> None:
    hub.bend_userinfo = lambda said: said.update(sub="pairwise-subject-2")


@bends("rp_subject_differs")
def leaves_the_subject_out_of_userinfo(hub: FakeHub) -> None:
    hub.bend_userinfo = lambda said: said.pop("sub")


@bends("rp_token_response_malformed")
def sends_no_id_token(hub: FakeHub) -> None:
    hub.bend_response = lambda said: said.pop("id_token")


@bends("rp_token_response_malformed")
def sends_a_token_of_another_kind(hub: FakeHub) -> None:
    hub.bend_response = lambda said: said.update(token_type="mac")


@bends("rp_code_not_redeemed")
def forgets_the_code(hub: FakeHub) -> None:
    hub.grants.clear()


@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize("name", BAD_TOKENS)
def test_what_a_hub_must_not_send_is_refused_for_its_own_reason(
    name: str, browser: Browser
) -> None:
    fault, code = BAD_TOKENS[name]
    address = browser.leave()
    back = browser.hub.authorize(address)
    fault(browser.hub)
    response = browser.client.get(back)
    assert code_of(response.text) == code
    assert browser.session is None
    assert not browser.is_signed_in()


BAD_ANSWERS = [
    ({"iss": None}, "rp_issuer_missing"),
    ({"iss": "https://other.example"}, "rp_issuer_differs"),
    ({"iss": "https://other.example", "error": "access_denied"}, "rp_issuer_differs"),
    ({"state": None}, "rp_attempt_unknown"),
    ({"state": "guessed"}, "rp_attempt_unknown"),
    ({"code": None}, "rp_code_missing"),
    ({"code": None, "error": "access_denied"}, "rp_sign_in_declined"),
    ({"code": None, "error": "server_error"}, "rp_hub_answered_error"),
    (
        {"code": None, "error": "unmet_authentication_requirements"},
        "rp_level_not_reached",
    ),
]


@pytest.mark.spec("RFC 9207 §2.4")
@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize(("bent", "code"), BAD_ANSWERS)
def test_an_answer_that_is_not_right_is_refused_for_its_own_reason(
    bent: dict[str, str | None], code: str, browser: Browser
) -> None:
    response = browser.come_back(browser.leave(), **bent)
    assert code_of(response.text) == code
    assert browser.session is None
    assert "/oauth2/token" not in browser.hub.fetched


@pytest.mark.spec("RFC 6749 §3.1")
def test_an_answer_with_a_parameter_twice_is_refused(browser: Browser) -> None:
    back = browser.hub.authorize(browser.leave())
    response = browser.client.get(f"{back}&iss=https://other.example")
    assert code_of(response.text) == "parameter_repeated"
    assert browser.session is None


@pytest.mark.spec("RFC 9700 §4.7.1")
def test_a_state_is_good_once(browser: Browser) -> None:
    back = browser.hub.authorize(browser.leave())
    assert browser.client.get(back).status_code == 303
    again = browser.client.get(back)
    assert code_of(again.text) == "rp_attempt_unknown"
    assert browser.hub.fetched.count("/oauth2/token") == 1


@pytest.mark.spec("RFC 9700 §4.7.1")
def test_a_state_is_good_in_the_browser_that_began(
    browser: Browser, portal: Portals
) -> None:
    victim = Browser(portal().test_client(), browser.hub)
    back = browser.hub.authorize(browser.leave())
    response = victim.client.get(back)
    assert code_of(response.text) == "rp_browser_differs"
    assert victim.session is None
    assert "/oauth2/token" not in browser.hub.fetched


def test_a_sign_in_that_took_too_long_is_refused(browser: Browser, clock: SetClock) -> None:
    address = browser.leave()
    clock.advance(timedelta(minutes=21))
    assert code_of(browser.come_back(address).text) == "rp_attempt_expired"
    assert browser.session is None


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_a_level_below_the_one_asked_is_refused(browser: Browser) -> None:
    response = browser.sign_in("/sign-in?level=3")
    assert code_of(response.text) == "rp_level_not_reached"
    assert browser.session is None


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_rs256_is_verified_twice_where_the_provider_signs_so(
    portal: Portals, hub: FakeHub
) -> None:
    hub.key = RSAKey.generate_key(2048, {"kid": "rsa"})
    hub.algorithm = "RS256"
    browser = Browser(portal(id_token_algorithm="RS256").test_client(), hub)
    assert browser.sign_in().status_code == 303
    assert browser.is_signed_in()


@pytest.mark.spec("OIDC Core §10.1.1")
def test_a_new_key_is_fetched_and_an_unknown_one_not_often(
    browser: Browser, clock: SetClock
) -> None:
    browser.sign_in()
    browser.hub.key = ECKey.generate_key("P-256", {"kid": "two"})
    clock.advance(timedelta(seconds=11))
    assert browser.sign_in().status_code == 303
    fetched = browser.hub.fetched.count("/oidc/jwks")
    browser.hub.bend_header = lambda header: header.update(kid="three")
    for _ in range(3):
        assert code_of(browser.sign_in().text) == "jose_unknown_key"
    assert browser.hub.fetched.count("/oidc/jwks") == fetched


@pytest.mark.spec("OIDC Discovery §4.3")
def test_metadata_of_another_issuer_is_not_followed(browser: Browser) -> None:
    browser.hub.bend_metadata = lambda said: said.update(issuer="https://other.example")
    response = browser.client.get("/sign-in")
    assert code_of(response.text) == "rp_hub_misconfigured"
    assert response.status_code == 503


def test_a_hub_that_is_silent_is_said_in_words(browser: Browser) -> None:
    browser.hub.alive = False
    response = browser.client.get("/sign-in")
    assert response.status_code == 503
    assert "统一身份认证暂时没有响应" in response.text
    assert browser.client.get("/").status_code == 200


ELSEWHERE = ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a b"]


@pytest.mark.spec("RFC 9700 §4.11")
@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_sign_in(browser: Browser, address: str) -> None:
    response = browser.client.get("/sign-in", query_string={"next": address})
    assert code_of(response.text) == "rp_return_address_refused"
    assert response.status_code == 400


def test_a_new_sign_in_has_a_new_cookie_and_ends_the_old_one(browser: Browser) -> None:
    browser.sign_in()
    before = browser.session
    assert before is not None
    browser.sign_in()
    assert browser.session not in (None, before)
    browser.client.set_cookie("trusthub-portal-public-session", before)
    assert not browser.is_signed_in()


def test_a_session_ends_by_time(browser: Browser, clock: SetClock) -> None:
    browser.sign_in()
    clock.advance(timedelta(hours=2, seconds=1))
    assert not browser.is_signed_in()


def test_the_log_can_be_asked_for_this_sign_in(browser: Browser) -> None:
    address = browser.leave()
    browser.come_back(address)
    expected = correlation(browser.hub.issuer, asked(address)["nonce"])
    page = browser.client.get("/me").text
    assert f'data-correlation="{expected}"' in page
    assert "23456789ABCD" in page
