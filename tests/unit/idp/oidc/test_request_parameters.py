"""What a request may ask for beside a code, and what its registration adds."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.oidc.domain.grants import Grant
from idp.oidc.errors import RequestMalformed
from idp.oidc.events import CodeIssued
from idp.oidc.messages.wishes import parse_claims
from idp.oidc.store import SqlGrants
from kernel.assurance import Level
from kernel.ids import GrantId, InteractionId
from kernel.web import Reply, Request
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    PORTAL,
    Browser,
    House,
    a_request,
    answer_of,
    claims_of,
    exchange,
    interaction_of,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.signing import SIGNING, an_object, error_of, plain, post, proof

CASES, PAYMENTS = "https://cases.example/api", "https://payments.example/"


@pytest.fixture
def browser(house: House) -> Browser:
    """Return the browser of somebody who agreed before: answers come at once."""
    known = Browser(house)
    known.code(house.a_person())
    return known


@pytest.fixture
def resourceful(house: House) -> Browser:
    shaped(house, PORTAL, resources=frozenset({CASES, PAYMENTS}))
    known = Browser(house)
    known.code(house.a_person())
    return known


def page_of(reply: Reply) -> tuple[str, dict[str, str]]:
    parts = urlsplit(reply.header("Location") or "")
    return parts.path, dict(parse_qsl(parts.query))


def grant_of(house: House) -> Grant:
    issued = house.around.trail.of(CodeIssued)[-1]
    found = SqlGrants(house.db).find(GrantId(UUID(str(issued.grant))))
    assert found is not None
    return found


def a_head(path: str, query: str, headers: dict[str, str]) -> Request:
    return Request(method="HEAD", path=path, query=query, headers=headers)


def told(house: House, reply: Reply) -> dict[str, Any]:
    body = json.loads(exchange(house, answer_of(reply)["code"]).body)
    return claims_of(body["id_token"])


# Resources


@pytest.mark.spec("RFC 8707 §2")
def test_resources_that_are_named_are_granted_in_their_order(
    house: House, resourceful: Browser
) -> None:
    query = urlencode([*a_request().items(), ("resource", PAYMENTS), ("resource", CASES)])
    assert "code" in answer_of(resourceful.get("/oauth2/authorize", query))
    assert grant_of(house).resources == (PAYMENTS, CASES)


@pytest.mark.spec("RFC 8707 §2")
def test_a_resource_named_twice_is_one(house: House, resourceful: Browser) -> None:
    query = urlencode([*a_request().items(), ("resource", CASES), ("resource", CASES)])
    assert "code" in answer_of(resourceful.get("/oauth2/authorize", query))
    assert grant_of(house).resources == (CASES,)


NOT_THEIRS = (
    "https://other.example/",
    f"{CASES}/",
    f"{CASES}#x",
    CASES.upper(),
    "cases",
    "https://cases.example",
    f"{CASES} https://other.example/",
)


@pytest.mark.spec("RFC 8707 §2 invalid_target")
@pytest.mark.parametrize("resource", NOT_THEIRS)
def test_a_resource_that_is_not_the_clients_is_refused(
    house: House, resourceful: Browser, resource: str
) -> None:
    before = rows_of(house, "oidc_grant")
    answer = answer_of(resourceful.authorize(resource=resource))
    assert (answer["error"], "code" in answer) == ("invalid_target", False)
    assert rows_of(house, "oidc_grant") == before


@pytest.mark.spec("RFC 8707 §2, RFC 9126 §2.1")
def test_resources_are_pushed_and_signed_too(signing: House) -> None:
    shaped(signing, SIGNING, resources=frozenset({CASES, PAYMENTS}))
    pairs = [*plain().items(), ("resource", CASES), ("resource", PAYMENTS)]
    body = urlencode([*pairs, *proof(signing).items()]).encode()
    pushed = signing.call("POST", "/oauth2/par", headers=FORM_HEADER, body=body)
    assert pushed.status == 201
    browser = Browser(signing)
    browser.sign_in(signing.a_person())
    uri = json.loads(pushed.body)["request_uri"]
    query = urlencode({"client_id": SIGNING, "request_uri": uri})
    assert "code" in answer_of(browser.get("/oauth2/authorize", query))
    assert grant_of(signing).resources == (CASES, PAYMENTS)
    for said in (CASES, [PAYMENTS, CASES]):
        held = an_object(signing, resource=said)
        reply = browser.authorize(client_id=SIGNING, request=held)
        assert "code" in answer_of(reply)
    assert grant_of(signing).resources == (PAYMENTS, CASES)


@pytest.mark.spec("RFC 9101 §4")
@pytest.mark.parametrize("said", [[1], [[CASES]], [None], {"a": CASES}, True])
def test_resources_that_are_no_texts_are_refused(signing: House, said: object) -> None:
    shaped(signing, SIGNING, resources=frozenset({CASES}))
    held = an_object(signing, resource=said)
    reply = post(signing, "/oauth2/par", request=held, **proof(signing))
    assert error_of(reply) in {"invalid_request_object", "invalid_target"}
    assert rows_of(signing, "oidc_pushed") == 0


@pytest.mark.spec("RFC 6749 §3.1, RFC 8707 §2")
@pytest.mark.parametrize("name", ["scope", "nonce", "prompt", "dpop_jkt", "display"])
def test_only_a_resource_may_come_twice(browser: Browser, name: str) -> None:
    query = urlencode([*a_request().items(), (name, "x"), (name, "x")])
    assert answer_of(browser.get("/oauth2/authorize", query))["error"] == "invalid_request"


@pytest.mark.spec("RFC 8707 §2")
def test_scopes_of_others_are_granted_for_a_resource_only(house: House) -> None:
    scopes = frozenset({"openid", "cases:file"})
    shaped(house, PORTAL, resources=frozenset({CASES}), scopes=scopes)
    known = Browser(house)
    known.code(house.a_person(), scope="openid cases:file")
    assert grant_of(house).scopes == {"openid"}
    known.authorize(scope="openid cases:file cases:close", resource=CASES)
    assert grant_of(house).scopes == scopes


# The key of the code


@pytest.mark.spec("RFC 9449 §10")
def test_the_key_a_code_shall_be_bound_to_is_kept(house: House, browser: Browser) -> None:
    assert "code" in answer_of(browser.authorize(dpop_jkt="k" * 43))
    assert grant_of(house).dpop_jkt == "k" * 43
    assert grant_of(house).challenge
    browser.authorize()
    assert grant_of(house).dpop_jkt is None


@pytest.mark.spec("RFC 9449 §10")
@pytest.mark.parametrize("jkt", ["k" * 42, "k" * 44, "k" * 42 + "=", "é" * 43, " " * 43])
def test_a_key_that_is_no_thumbprint_is_refused(browser: Browser, jkt: str) -> None:
    assert answer_of(browser.authorize(dpop_jkt=jkt))["error"] == "invalid_request"


# The claims parameter


def asking(place: str, **claims: object) -> str:
    return json.dumps({place: claims})


@pytest.mark.spec("OIDC Core §5.5.1")
@pytest.mark.parametrize(
    ("wish", "is_there"),
    [
        (None, True),
        ({"essential": True}, True),
        ({"value": "张三"}, True),
        ({"values": ["李四", "张三"]}, True),
        ({"essential": True, "value": "李四"}, False),
        ({"values": ["李四", 3, None]}, False),
        ({"purpose": "unknown members are ignored"}, True),
    ],
)
def test_a_claim_is_told_if_its_value_is_the_one_asked_for(
    house: House, browser: Browser, wish: object, *, is_there: bool
) -> None:
    asked = asking("id_token", name=wish)
    reply = browser.authorize(scope="openid", claims=asked)
    assert ("name" in told(house, reply)) is is_there


@pytest.mark.spec("OIDC Core §5.5.1")
def test_each_place_has_its_own_wish(house: House, browser: Browser) -> None:
    asked = json.dumps(
        {"id_token": {"name": {"value": "李四"}}, "userinfo": {"name": {"value": "张三"}}}
    )
    browser.authorize(scope="openid", claims=asked)
    grant = grant_of(house)
    assert grant.id_token_claims == set()
    assert grant.userinfo_claims == {"name"}


@pytest.mark.spec("OIDC Core §5.4, §5.5")
def test_a_scope_asks_for_a_claim_whatever_its_value(
    house: House, browser: Browser
) -> None:
    asked = asking("userinfo", name={"value": "李四"})
    browser.authorize(scope="openid profile", claims=asked)
    assert grant_of(house).userinfo_claims == {"name"}


@pytest.mark.spec("OIDC Core §5.5.1: it is no error if an essential claim is not there")
def test_a_claim_nobody_knows_is_left_out(house: House, browser: Browser) -> None:
    asked = asking("id_token", shoe_size={"essential": True})
    assert "shoe_size" not in told(house, browser.authorize(claims=asked))


@pytest.mark.spec("OIDC Core §3.1.2.2, §5.5.1")
@pytest.mark.parametrize("place", ["id_token", "userinfo"])
def test_only_the_subject_that_is_named_is_answered_for(
    house: House, browser: Browser, place: str
) -> None:
    me = str(told(house, browser.authorize())["sub"])

    def silent(wish: object) -> dict[str, str]:
        return answer_of(browser.authorize(prompt="none", claims=asking(place, sub=wish)))

    assert "code" in silent({"value": me})
    assert "code" in silent({"values": ["somebody", me]})
    assert "code" in silent({"essential": True})
    for other in ({"value": "somebody"}, {"value": None}, {"value": [me]}, {"values": [3]}):
        assert silent(other)["error"] == "login_required"


@pytest.mark.spec("OIDC Core §3.1.2.2")
def test_two_subjects_that_differ_are_nobody(house: House, browser: Browser) -> None:
    me = told(house, browser.authorize())["sub"]
    both = {"id_token": {"sub": {"value": me}}, "userinfo": {"sub": {"value": "another"}}}
    answer = answer_of(browser.authorize(prompt="none", claims=json.dumps(both)))
    assert answer["error"] == "login_required"


@pytest.mark.spec("OIDC Core §5.5.1.1")
def test_a_voluntary_level_in_claims_is_a_wish_and_goes_before_acr_values(
    house: House, browser: Browser
) -> None:
    wish = asking("id_token", acr={"values": [Level.REAL_PERSON.acr, "gold"]})
    reply = browser.authorize(claims=wish, acr_values=Level.SELF_ASSERTED.acr)
    assert page_of(reply)[0] == "/login"
    found = house.session.interactions.find(InteractionId(interaction_of(reply)))
    assert (found.asked, found.essential) == (Level.REAL_PERSON, False)
    silent = browser.authorize(claims=wish, prompt="none")
    assert told(house, silent)["acr"] == Level.REAL_NAME.acr


_EVIDENCE = {
    "type": {"value": "document"},
    "check_details": [{"check_method": {"values": ["vpip", "vdig"]}}],
    "document_details": {"issuer": {"country_code": {"value": "CN"}}},
}
_VERIFIED = {
    "verification": {"trust_framework": None, "evidence": [_EVIDENCE]},
    "claims": {"given_name": None},
}


@pytest.mark.spec("OIDC Core §5.5; OpenID Identity Assurance §6")
@pytest.mark.parametrize("several", [False, True])
def test_however_a_claim_is_asked_for_that_only_others_know_it_is_no_error(
    house: House, browser: Browser, *, several: bool
) -> None:
    wish = [_VERIFIED, _VERIFIED] if several else _VERIFIED
    asked = asking("id_token", verified_claims=wish, name={"essential": True})
    assert told(house, browser.authorize(scope="openid", claims=asked))["name"]


NO_CLAIMS = (
    "[]", "null", "1", '"x"', '{"id_token":[]}', '{"id_token":"name"}',
    '{"userinfo":{"name":true}}', '{"userinfo":{"name":"x"}}',
    '{"userinfo":{"name":{"values":"x"}}}', '{"userinfo":{"name":{"values":{}}}}',
    '{"id_token":' * 17 + "{}" + "}" * 17, '{"id_token":{"a":NaN}}',
)  # fmt: skip


@pytest.mark.spec("OIDC Core §5.5")
@pytest.mark.parametrize("claims", NO_CLAIMS)
def test_a_claims_parameter_that_means_nothing_is_refused(
    browser: Browser, claims: str
) -> None:
    assert answer_of(browser.authorize(claims=claims))["error"] == "invalid_request"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id_token", "userinfo", "sub", "acr", "value", "values", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@pytest.mark.spec("OIDC Core §5.5")
@given(said=_JSON)
def test_whatever_json_is_sent_is_read_or_refused_by_name(said: object) -> None:
    try:
        read = parse_claims(json.dumps(said))
    except RequestMalformed:
        return
    assert isinstance(said, dict)
    places = [said.get(name) or {} for name in ("id_token", "userinfo")]
    assert read.names == {name for place in places for name in place}


# What the registration says


@pytest.mark.spec("OIDC Registration §2 default_max_age")
def test_the_registered_age_counts_where_the_request_says_none(house: House) -> None:
    shaped(house, PORTAL, default_max_age=timedelta(seconds=60))
    known = Browser(house)
    known.code(house.a_person())
    house.around.clock.advance(timedelta(seconds=61))
    assert answer_of(known.authorize(prompt="none"))["error"] == "login_required"
    assert "code" in answer_of(known.authorize(prompt="none", max_age="90"))
    reply = known.authorize()
    assert page_of(reply)[0] == "/login"
    found = house.session.interactions.find(InteractionId(interaction_of(reply)))
    assert found.max_age == timedelta(seconds=60)


@pytest.mark.spec("OIDC Registration §2 default_acr_values")
def test_the_registered_levels_count_where_the_request_says_none(house: House) -> None:
    shaped(house, PORTAL, default_levels=(Level.REAL_PERSON,))
    known = Browser(house)
    known.sign_in(house.a_person())
    for said, lacks in (
        ({}, True),
        ({"acr_values": Level.SELF_ASSERTED.acr}, False),
        ({"claims": asking("id_token", acr={"value": Level.SELF_ASSERTED.acr})}, False),
        ({"claims": asking("id_token", acr={"essential": True})}, True),
    ):
        reply = known.authorize(**said)
        assert (page_of(reply)[0] == "/login") is lacks, said


@pytest.mark.spec("OIDC Registration §2 require_auth_time")
def test_the_time_of_the_sign_in_is_always_told(house: House, browser: Browser) -> None:
    began = int(house.around.clock().timestamp())
    house.around.clock.advance(timedelta(seconds=30))
    assert told(house, browser.authorize())["auth_time"] == began


# What pages are told


@pytest.mark.spec("OIDC Core §3.1.2.1 select_account")
def test_another_account_is_chosen_by_signing_in(house: House, browser: Browser) -> None:
    reply = browser.authorize(prompt="select_account")
    assert page_of(reply)[0] == "/login"
    found = house.session.interactions.find(InteractionId(interaction_of(reply)))
    assert found.prompt == {"select_account", "login"}
    house.around.clock.advance(timedelta(seconds=1))
    browser.finish(reply, browser.sign_in(house.a_person()))
    consent = browser.resume(reply)
    assert page_of(consent)[0] == "/consent", "it is somebody else now"


@pytest.mark.spec("OIDC Core §3.1.2.1 prompt")
@pytest.mark.parametrize("value", ["create", "unknown", "Login", "none,login"])
def test_a_prompt_that_is_not_known_is_ignored(browser: Browser, value: str) -> None:
    assert "code" in answer_of(browser.authorize(prompt=value))


@pytest.mark.spec("OIDC Core §3.1.2.1 display")
@pytest.mark.parametrize("value", ["page", "popup", "touch", "wap", "hologram", "x y"])
def test_every_display_is_answered(browser: Browser, value: str) -> None:
    assert "code" in answer_of(browser.authorize(display=value))


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_the_languages_asked_for_are_kept_with_the_interaction(house: House) -> None:
    asked = "en-GB zh\r\nX: y&interaction=z"
    reply = Browser(house).authorize(ui_locales=asked.replace("\r\n", " "))
    path, said = page_of(reply)
    assert (path, set(said)) == ("/login", {"interaction"})
    found = house.session.interactions.find(InteractionId(interaction_of(reply)))
    assert found.hints.ui_locales == asked.replace("\r\n", " ")
    refused = answer_of(Browser(house).authorize(ui_locales=asked))
    assert refused["error"] == "invalid_request"


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
def test_a_page_of_the_endpoint_itself_speaks_as_asked_and_remembers_nothing(
    browser: Browser,
) -> None:
    pages = (
        browser.authorize(ui_locales="en", response_mode="form_post"),
        browser.authorize(ui_locales="en", redirect_uri="https://elsewhere.example/"),
    )
    for page in pages:
        assert b'<html lang="en"' in page.body
        cookies = [value for name, value in page.headers if name == "Set-Cookie"]
        assert [one for one in cookies if "language" in one] == []


@pytest.mark.spec("OIDC Core §3.1.2.1 login_hint, claims_locales")
def test_hints_are_kept_for_the_sign_in_page(house: House) -> None:
    reply = Browser(house).authorize(login_hint="张三", claims_locales="zh en")
    found = house.session.interactions.find(InteractionId(interaction_of(reply)))
    assert found.hints.login == "张三"


# Looking is not asking


@pytest.mark.spec("RFC 9110 §9.3.2, RFC 9126 §7.3")
def test_who_only_looks_at_the_head_uses_nothing_up(house: House, browser: Browser) -> None:
    before = [rows_of(house, name) for name in ("oidc_grant", "oidc_pending")]
    query, cookie = urlencode(a_request()), {"cookie": browser.cookies()}
    for path in ("/oauth2/authorize", "/oauth2/authorize/resume"):
        match = house.router.find("GET", path)
        reply = match.route.endpoint(a_head(path, query, cookie))
        assert (reply.status, reply.header("Location"), reply.body) == (200, None, b"")
    assert [rows_of(house, n) for n in ("oidc_grant", "oidc_pending")] == before


@pytest.mark.spec("RFC 6749 §3.1, §3.2: parameters of a POST belong to its body")
def test_a_query_beside_a_posted_request_does_not_count(house: House) -> None:
    sent = urlencode(a_request()).encode()
    evil = urlencode({"redirect_uri": "https://evil.example/", "state": "evil"})
    reply = house.call(
        "POST", "/oauth2/authorize", headers=FORM_HEADER, body=sent, query=evil
    )
    path, said = page_of(reply)
    assert (path, said["state"]) == ("/oauth2/authorize", "s-1")
    assert "evil" not in (reply.header("Location") or "")


@pytest.mark.spec("RFC 6749 §3.1.1, OAuth 2.0 Multiple Response Types §3")
@pytest.mark.parametrize("asked", ["code", "code code", " code ", "code  "])
def test_a_response_type_is_a_set_of_words(browser: Browser, asked: str) -> None:
    assert "code" in answer_of(browser.authorize(response_type=asked))


@pytest.mark.spec("RFC 8707 §2")
def test_a_resource_that_was_taken_back_meanwhile_is_not_granted(house: House) -> None:
    shaped(house, PORTAL, resources=frozenset({CASES, PAYMENTS}))
    known = Browser(house)
    session = known.sign_in(house.a_person())
    reply = known.authorize(resource=CASES)
    shaped(house, PORTAL, resources=frozenset({PAYMENTS}))
    house.around.clock.advance(timedelta(seconds=2))
    known.agree(reply, session)
    assert "code" in answer_of(known.resume(reply))
    assert grant_of(house).resources == ()
