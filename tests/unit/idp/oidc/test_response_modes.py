"""In which way an answer goes back, and what it says."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.oidc.domain.answers import ResponseMode
from idp.oidc.events import CodeIssued
from kernel.ids import InteractionId
from kernel.web import Reply
from tests.unit.idp.oidc.asking import (
    APP,
    OWN_SCHEME,
    an_app,
    redirects,
    shaped,
    told,
)
from tests.unit.idp.oidc.house import (
    CALLBACK,
    ISSUER,
    PORTAL,
    Browser,
    House,
    exchange,
    interaction_of,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.signing import SIGNING, an_object

MODES = tuple(mode.value for mode in ResponseMode)


def agreed(house: House) -> Browser:
    """Return the browser of somebody who agreed before: answers come at once."""
    browser = Browser(house)
    browser.code(house.a_person())
    return browser


def said(reply: Reply) -> Mapping[str, str]:
    """Return the parameters of an answer; none of them may be there twice."""
    pairs = told(reply)
    assert len(dict(pairs)) == len(pairs), pairs
    return dict(pairs)


@pytest.mark.spec("OAuth 2.0 Multiple Response Types §2.1")
def test_an_answer_in_the_query_keeps_the_registered_query(house: House) -> None:
    reply = agreed(house).authorize(response_mode="query")
    location = reply.header("Location") or ""
    assert (reply.status, location.startswith(f"{CALLBACK}&code=")) == (303, True)


@pytest.mark.spec("OAuth 2.0 Multiple Response Types §2.1")
def test_an_answer_in_the_fragment_leaves_the_registered_query_alone(house: House) -> None:
    reply = agreed(house).authorize(response_mode="fragment")
    location = reply.header("Location") or ""
    assert (reply.status, location.startswith(f"{CALLBACK}#code=")) == (303, True)
    assert "code=" not in location.partition("#")[0]


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode §2")
def test_a_form_posts_the_answer_and_nothing_of_it_is_in_an_address(house: House) -> None:
    reply = agreed(house).authorize(response_mode="form_post")
    page = reply.body.decode()
    assert (reply.status, reply.header("Location")) == (200, None)
    assert f'method="post" action="{CALLBACK}"' in page
    assert set(said(reply)) == {"code", "state", "iss"}
    assert reply.header("Cache-Control") == "no-store"
    assert (reply.header("Content-Type") or "").startswith("text/html")


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode §2")
def test_the_form_works_by_a_button_and_by_a_script_of_this_page_alone(
    house: House,
) -> None:
    reply = agreed(house).authorize(response_mode="form_post")
    page, policy = reply.body.decode(), reply.header("Content-Security-Policy") or ""
    assert "<button" in page
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'<script nonce="{nonce}">' in page
    assert "http://localhost:8451" in policy.partition("form-action ")[2].partition(";")[0]
    assert "frame-ancestors 'none'" in policy


@pytest.mark.spec("OIDC Core §3.1.2.5")
@pytest.mark.parametrize("mode", MODES)
def test_a_code_works_whichever_way_it_came(house: House, mode: str) -> None:
    answer = said(agreed(house).authorize(response_mode=mode, state="s 2"))
    assert (answer["state"], answer["iss"]) == ("s 2", ISSUER)
    assert exchange(house, answer["code"]).status == 200


@pytest.mark.spec("RFC 6749 §4.1.2.1, RFC 9207 §2")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("bent", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"resource": "https://nowhere.example"}, "invalid_target"),
        ({"prompt": "none", "max_age": "0"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_an_error_goes_back_the_same_way_as_a_code_would(
    house: House, mode: str, bent: dict[str, str | None], error: str
) -> None:
    browser = agreed(house)
    before = len(house.around.trail.of(CodeIssued))
    reply = browser.authorize(response_mode=mode, **bent)
    answer = said(reply)
    assert set(answer) == {"error", "error_description", "state", "iss"}
    assert (answer["error"], answer["state"]) == (error, "s-1")
    assert reply.status == (200 if mode == "form_post" else 303)
    assert len(house.around.trail.of(CodeIssued)) == before


@pytest.mark.parametrize("mode", MODES)
def test_the_mode_is_kept_over_signing_in_and_saying_no(house: House, mode: str) -> None:
    browser, person = Browser(house), house.a_person()
    reply = browser.authorize(response_mode=mode, prompt="login")
    house.around.clock.advance(timedelta(seconds=1))
    session = browser.sign_in(person)
    browser.finish(reply, session)
    page = browser.resume(reply)
    browser.agree(page, session)
    answer = said(browser.resume(page))
    assert set(answer) == {"code", "state", "iss"}
    again = browser.authorize(response_mode=mode, prompt="login")
    interaction = InteractionId(interaction_of(again))
    house.session.interactions.deny(interaction, "access_denied")
    assert said(browser.resume(again))["error"] == "access_denied"


@pytest.mark.parametrize("mode", MODES)
def test_no_state_is_told_where_none_was_sent(house: House, mode: str) -> None:
    answer = said(agreed(house).authorize(response_mode=mode, state=None))
    assert set(answer) == {"code", "iss"}


@pytest.mark.spec("RFC 9101 §6.3")
def test_the_mode_inside_a_request_object_is_the_one_that_counts(signing: House) -> None:
    browser = Browser(signing)
    browser.sign_in(signing.a_person())
    inside = an_object(signing, response_mode="fragment")
    reply = browser.authorize(
        client_id=SIGNING, request=inside, response_mode="form_post", scope="openid"
    )
    assert (reply.header("Location") or "").startswith(f"{CALLBACK}#code=")


@pytest.mark.spec("RFC 9101 §6.3")
def test_an_object_that_is_refused_is_told_in_the_mode_beside_it(signing: House) -> None:
    reply = Browser(signing).authorize(
        client_id=SIGNING, request="a.b.c", response_mode="form_post", scope="openid"
    )
    assert said(reply)["error"] == "invalid_request_object"
    assert reply.status == 200


@pytest.mark.spec("OIDC Core §3.1.2.6")
@pytest.mark.parametrize(
    "mode",
    ["web_message", "Query", "query ", "form_post.jwt", "jwt", "query fragment", "%"],
)
def test_a_mode_that_does_not_exist_gets_a_page_and_no_redirect(
    house: House, mode: str
) -> None:
    reply = agreed(house).authorize(response_mode=mode)
    assert (reply.status, reply.header("Location")) == (400, None)
    assert b'data-code="response_mode_not_supported"' in reply.body
    assert told(reply) == []


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode §2")
def test_no_form_is_posted_to_an_app(house: House) -> None:
    an_app(house)
    reply = Browser(house).authorize(
        client_id=APP, redirect_uri=OWN_SCHEME, response_mode="form_post"
    )
    assert (reply.status, reply.header("Location"), told(reply)) == (400, None, [])


@pytest.mark.spec("RFC 6749 §3.1")
def test_a_mode_that_came_twice_goes_nowhere(house: House) -> None:
    browser = agreed(house)
    query = "response_mode=query&response_mode=form_post&client_id=portal-51"
    reply = browser.get("/oauth2/authorize", query)
    assert (reply.status, reply.header("Location")) == (400, None)


SEEDS = ("code", "state", "iss", "error", "error_description", "response", "id_token",
         "access_token", "session_state", "CODE", "State")  # fmt: skip


@pytest.mark.spec("RFC 9700 §4.5; CVE-2026-18209")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SEEDS)
def test_an_address_that_says_an_answer_already_gets_none(
    house: House, name: str, mode: str
) -> None:
    seeded = f"http://localhost:8451/callback?{name}=mallory"
    browser = agreed(house)
    shaped(house, PORTAL, redirect_uris=redirects(CALLBACK, seeded))
    before = rows_of(house, "oidc_grant")
    reply = browser.authorize(redirect_uri=seeded, response_mode=mode)
    assert (reply.status, reply.header("Location"), told(reply)) == (400, None, [])
    assert rows_of(house, "oidc_grant") == before


@pytest.mark.spec("RFC 9700 §4.5, RFC 6749 §4.1.2")
@given(
    state=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
    mode=st.sampled_from(MODES),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_state_holds_comes_back_as_it_was_and_adds_nothing(
    house: House, state: str, mode: str
) -> None:
    reply = Browser(house).authorize(state=state, prompt="none", response_mode=mode)
    answer = said(reply)
    assert set(answer) == {"error", "error_description", "state", "iss"}
    assert answer["state"] == state or mode == "form_post"
    if mode == "form_post":
        assert answer["state"].replace("\r\n", "\n") == state.replace("\r\n", "\n")


HOSTILE = (
    "x&code=mallory&state=y",
    "x#code=mallory",
    '"><input type="hidden" name="code" value="mallory">',
    "'><script>alert(1)</script>",
    "x\r\nLocation: https://evil.example/",
    "x%26code%3Dmallory",
    "</form><form action='https://evil.example'>",
)


@pytest.mark.spec("RFC 9700 §4.5")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("state", HOSTILE)
def test_a_hostile_state_makes_no_parameter_no_header_and_no_markup(
    house: House, state: str, mode: str
) -> None:
    reply = agreed(house).authorize(state=state, response_mode=mode)
    answer = said(reply)
    assert set(answer) == {"code", "state", "iss"}
    assert (answer["code"] != "mallory", answer["state"]) == (True, state)
    assert "evil.example" not in (reply.header("Location") or "").partition("?")[0]
    assert b"<script>" not in reply.body
    assert reply.body.count(b"<form") <= 1
