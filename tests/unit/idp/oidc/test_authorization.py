import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.clients.domain import ClientAction
from idp.oidc.events import AuthorizationRefused, CodeIssued
from kernel.assurance import Level
from kernel.ids import InteractionId
from kernel.secret import Secret
from kernel.standing import Party, PartyKind, State
from tests.unit.idp.oidc.house import (
    CALLBACK,
    FORM_HEADER,
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_request,
    answer_of,
    claims_of,
    exchange,
    interaction_of,
)

NOWHERE = {
    "no client": {"client_id": None},
    "an unknown client": {"client_id": "nobody"},
    "no redirect_uri": {"redirect_uri": None},
    "another host": {"redirect_uri": "https://evil.test/callback?tenant=1"},
    "a longer path": {"redirect_uri": "http://localhost:8451/callback/..;/evil?tenant=1"},
    "another query": {"redirect_uri": "http://localhost:8451/callback?tenant=2"},
    "no query": {"redirect_uri": "http://localhost:8451/callback"},
    "a seeded answer": {"redirect_uri": f"{CALLBACK}&code=x"},
    "another port": {"redirect_uri": "http://localhost:8452/callback?tenant=1"},
    "another case": {"redirect_uri": "http://LOCALHOST:8451/callback?tenant=1"},
    "a user part": {"redirect_uri": "http://localhost:8451@evil.test/callback?tenant=1"},
    "a fragment": {"redirect_uri": f"{CALLBACK}#"},
    "a script": {"redirect_uri": "javascript:alert(1)"},
    "an unknown mode": {"response_mode": "web_message"},
}


@pytest.mark.spec("RFC 9700 §4.11")
@pytest.mark.parametrize("bent", NOWHERE.values(), ids=NOWHERE.keys())
def test_who_cannot_be_answered_gets_a_page_and_never_a_redirect(
    house: House, bent: dict[str, str | None]
) -> None:
    browser = Browser(house)
    browser.sign_in(house.a_person())
    reply = browser.authorize(**bent)
    assert reply.status == 400
    assert reply.header("Location") is None
    assert b'id="error"' in reply.body
    assert b"ABCDEFGH2345" in reply.body
    assert house.around.trail.of(AuthorizationRefused)
    assert house.around.trail.of(CodeIssued) == []


@pytest.mark.spec("RFC 9700 §4.1.3")
@given(tail=st.text(st.characters(codec="ascii"), min_size=1, max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_differs_from_the_registered_address_is_redirected_to(
    house: House, tail: str
) -> None:
    reply = Browser(house).authorize(redirect_uri=CALLBACK + tail)
    assert reply.status == 400
    assert reply.header("Location") is None


TOLD = {
    "no response_type": ({"response_type": None}, "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "no openid": ({"scope": "profile"}, "invalid_scope"),
    "a scope of others": ({"scope": "openid organisations"}, "invalid_scope"),
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "method left out": ({"code_challenge_method": None}, "invalid_request"),
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "a short challenge": ({"code_challenge": "abc"}, "invalid_request"),
    "none and login": ({"prompt": "none login"}, "invalid_request"),
    "negative age": ({"max_age": "-1"}, "invalid_request"),
    "no number": ({"max_age": "soon"}, "invalid_request"),
    "claims no JSON": ({"claims": "{"}, "invalid_request"),
    "claims twice": (
        {"claims": '{"userinfo":{},"userinfo":{}}'},
        "invalid_request",
    ),
    "no request object": ({"request": "x"}, "invalid_request_object"),
    "request_uri": ({"request_uri": "https://e.test"}, "request_uri_not_supported"),
    "registration": ({"registration": "{}"}, "registration_not_supported"),
    "a hint of nobody": ({"id_token_hint": "a.b.c"}, "invalid_request"),
    "unknown essential acr": (
        {"claims": '{"id_token":{"acr":{"essential":true,"values":["x"]}}}'},
        "unmet_authentication_requirements",
    ),
}


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize(("bent", "error"), TOLD.values(), ids=TOLD.keys())
def test_a_bent_request_is_told_to_the_client_with_state_and_issuer(
    house: House, bent: dict[str, str | None], error: str
) -> None:
    browser = Browser(house)
    browser.sign_in(house.a_person())
    reply = browser.authorize(**bent)
    answer = answer_of(reply)
    assert reply.status == 303
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "s-1", ISSUER)
    assert "ABCDEFGH2345" in answer["error_description"]
    assert "code" not in answer
    assert house.around.trail.of(CodeIssued) == []


@pytest.mark.spec("RFC 6749 §3.1")
def test_a_repeated_parameter_is_refused_and_a_repeated_address_goes_nowhere(
    house: House,
) -> None:
    browser = Browser(house)
    sent = urlencode(a_request())
    nonce = browser.get("/oauth2/authorize", f"{sent}&nonce=other")
    assert answer_of(nonce)["error"] == "invalid_request"
    twice = browser.get("/oauth2/authorize", f"{sent}&{urlencode({'client_id': PORTAL})}")
    assert (twice.status, twice.header("Location")) == (400, None)


def test_no_state_is_returned_where_none_was_sent(house: House) -> None:
    answer = answer_of(Browser(house).authorize(state=None, response_type="token"))
    assert "state" not in answer


def test_a_suspended_client_gets_a_page(house: House) -> None:
    house.clients.clients.move(PORTAL, ClientAction.DISABLE, "test", actor=None)
    reply = Browser(house).authorize()
    assert (reply.status, reply.header("Location")) == (403, None)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_post_becomes_a_get_that_brings_the_cookies(house: House) -> None:
    sent = urlencode(a_request()).encode()
    reply = house.call("POST", "/oauth2/authorize", headers=FORM_HEADER, body=sent)
    assert reply.status == 303
    assert (reply.header("Location") or "").startswith("/oauth2/authorize?response_type=")


def test_a_new_browser_is_remembered_before_it_goes_to_sign_in(house: House) -> None:
    reply = Browser(house, browser=None).authorize()
    cookie = reply.header("Set-Cookie") or ""
    assert "HttpOnly; SameSite=Lax" in cookie
    assert len(cookie.split("=")[1].split(";")[0]) == 43


@pytest.mark.spec("OIDC Core §3.1.2.6")
def test_prompt_none_never_shows_a_page(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    assert answer_of(browser.authorize(prompt="none"))["error"] == "login_required"
    browser.sign_in(person)
    assert answer_of(browser.authorize(prompt="none"))["error"] == "consent_required"
    essential = '{"id_token":{"acr":{"essential":true,"values":["urn:trusthub:loa:4"]}}}'
    lacking = answer_of(browser.authorize(prompt="none", claims=essential))
    assert lacking["error"] == "interaction_required"
    house.around.clock.advance(timedelta(seconds=11))
    old = answer_of(browser.authorize(prompt="none", max_age="10"))
    assert old["error"] == "login_required"
    assert house.around.trail.of(CodeIssued) == []


def test_prompt_none_answers_with_a_code_once_the_person_agreed(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    browser.code(person)
    assert "code" in answer_of(browser.authorize(prompt="none"))


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}])
def test_a_session_of_before_does_not_satisfy_a_forced_sign_in(
    house: House, asked: dict[str, str]
) -> None:
    browser, person = Browser(house), house.a_person()
    session = browser.sign_in(person)
    house.around.clock.advance(timedelta(seconds=1))
    reply = browser.authorize(**asked)
    assert (reply.header("Location") or "").startswith("/login?")
    browser.finish(reply, session)
    assert answer_of(browser.resume(reply))["error"] == "login_required"


def test_a_forced_sign_in_that_happened_goes_on(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    browser.code(person)
    reply = browser.authorize(prompt="login")
    house.around.clock.advance(timedelta(seconds=1))
    browser.finish(reply, browser.sign_in(person))
    assert "code" in answer_of(browser.resume(reply))


@pytest.mark.spec("OIDC Core §5.5.1.1")
def test_an_essential_level_that_was_not_reached_is_a_failure(house: House) -> None:
    browser, person = Browser(house), house.a_person(Level.REAL_NAME)
    essential = '{"id_token":{"acr":{"essential":true,"values":["urn:trusthub:loa:3"]}}}'
    reply = browser.authorize(claims=essential)
    browser.finish(reply, browser.sign_in(person))
    answer = answer_of(browser.resume(reply))
    assert answer["error"] == "unmet_authentication_requirements"
    assert house.around.trail.of(CodeIssued) == []


def test_a_wished_level_that_was_not_reached_is_told_as_it_is(house: House) -> None:
    browser, person = Browser(house), house.a_person(Level.REAL_NAME)
    browser.code(person)
    reply = browser.authorize(acr_values="urn:trusthub:loa:3 urn:trusthub:loa:2")
    assert (reply.header("Location") or "").startswith("/login?")
    browser.finish(reply, browser.sign_in(person))
    code = answer_of(browser.resume(reply))["code"]
    told = claims_of(json.loads(exchange(house, code).body)["id_token"])
    assert told["acr"] == Level.REAL_NAME.acr


def test_a_client_is_never_content_with_less_than_its_own_level(house: House) -> None:
    said = house.clients.clients.find(PORTAL)
    house.clients.clients.record.store.replace(
        replace(said, level=Level.REAL_PERSON, version=2), 1
    )
    browser = Browser(house)
    browser.sign_in(house.a_person(Level.REAL_NAME))
    assert answer_of(browser.authorize(prompt="none"))["error"] == "interaction_required"


@pytest.mark.spec("RFC 9700 §4.7")
def test_another_browser_cannot_go_on_with_an_interaction(house: House) -> None:
    person = house.a_person()
    attacker = Browser(house, browser=Secret("a" * 43))
    reply = attacker.authorize()
    attacker.finish(reply, attacker.sign_in(person))
    victim = Browser(house, browser=Secret("c" * 43), cookie=attacker.cookie)
    answer = victim.resume(reply)
    assert (answer.status, answer.header("Location")) == (400, None)
    assert house.around.trail.of(CodeIssued) == []


def test_an_interaction_gives_one_code(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    browser.code(person)
    reply = browser.authorize(prompt="login")
    house.around.clock.advance(timedelta(seconds=1))
    browser.finish(reply, browser.sign_in(person))
    assert "code" in answer_of(browser.resume(reply))
    again = browser.resume(reply)
    assert (again.status, again.header("Location")) == (400, None)


def test_a_person_who_says_no_is_told_to_the_client(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    session = browser.sign_in(person)
    reply = browser.authorize()
    found = house.session.interactions.find(InteractionId(interaction_of(reply)))
    house.consent.consents.refuse(found, session)
    assert answer_of(browser.resume(reply))["error"] == "access_denied"
    assert house.around.trail.of(CodeIssued) == []


def test_a_session_of_a_suspended_person_is_none(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    browser.code(person)
    party = Party(PartyKind.PERSON, str(person.id))
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    assert answer_of(browser.authorize(prompt="none"))["error"] == "login_required"


@pytest.mark.spec("OIDC Core §3.1.2.2")
def test_only_the_person_of_the_hint_is_answered_for(house: House) -> None:
    browser = Browser(house)
    first = json.loads(exchange(house, browser.code(house.a_person())).body)["id_token"]
    same = answer_of(browser.authorize(prompt="none", id_token_hint=first))
    assert "code" in same
    other = Browser(house, browser=Secret("o" * 43))
    other.code(house.a_person())
    answer = answer_of(other.authorize(prompt="none", id_token_hint=first))
    assert answer["error"] == "login_required"


def test_single_sign_on_costs_a_bounded_number_of_statements(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    browser.code(person)
    with house.db.counting() as count:
        code = answer_of(browser.authorize())["code"]
    assert len(count) <= 13
    assert count.commits == 1
    with house.db.counting() as count:
        exchange(house, code)
    assert len(count) <= 5
