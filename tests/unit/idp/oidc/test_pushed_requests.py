"""Pushed authorization requests."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from idp.clients.domain import ClientAction
from idp.oidc.events import AuthorizationRefused, CodeIssued, RequestPushed
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    CHALLENGE,
    FORM_HEADER,
    PORTAL,
    Browser,
    House,
    a_request,
    answer_of,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.signing import (
    SIGNING,
    a_signing_portal,
    an_object,
    error_of,
    plain,
    post,
    proof,
    redeem,
)


def uri_of(reply: Reply) -> str:
    assert reply.status == 201, reply.body
    read: str = json.loads(reply.body)["request_uri"]
    return read


def visit(house: House, uri: str, client: str = SIGNING) -> tuple[Browser, Reply]:
    browser = Browser(house)
    browser.sign_in(house.a_person())
    query = urlencode({"client_id": client, "request_uri": uri})
    return browser, browser.get("/oauth2/authorize", query)


@pytest.mark.spec("RFC 9126 §2.2")
def test_a_pushed_request_waits_under_a_name_and_is_answered(signing: House) -> None:
    reply = post(signing, "/oauth2/par", **plain(), **proof(signing))
    said = json.loads(reply.body)
    assert said["expires_in"] == 90
    assert said["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert len(said["request_uri"]) >= 34 + 43
    assert reply.header("Cache-Control") == "no-store"
    assert len(signing.around.trail.of(RequestPushed)) == 1
    _, answer = visit(signing, said["request_uri"])
    assert answer_of(answer)["state"] == "s-1"


@pytest.mark.spec("RFC 9126 §2.1")
def test_a_client_with_a_secret_pushes_too(house: House) -> None:
    reply = house.call(
        "POST",
        "/oauth2/par",
        headers={**FORM_HEADER, "authorization": house.basic(PORTAL)},
        body=urlencode(a_request(scope="openid")).encode(),
    )
    browser, answer = visit(house, uri_of(reply), PORTAL)
    assert "code" in answer_of(answer)
    assert browser.cookie is not None


PUSHED: dict[str, tuple[dict[str, str | None], str]] = {
    "a reference": ({"request_uri": "https://e.example"}, "invalid_request"),
    "no response_type": ({"response_type": None}, "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"),
    "another address": ({"redirect_uri": "https://evil.example"}, "invalid_request"),
    "no address": ({"redirect_uri": None}, "invalid_request"),
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "a scope of others": ({"scope": "openid profile"}, "invalid_scope"),
    "an unknown mode": ({"response_mode": "web_message"}, "invalid_request"),
    "registration": ({"registration": "{}"}, "registration_not_supported"),
    "a hint of nobody": ({"id_token_hint": "a.b.c"}, "invalid_request"),
    "no object": ({"request": "x"}, "invalid_request_object"),
}


@pytest.mark.spec("RFC 9126 §2.3")
@pytest.mark.parametrize(("bent", "error"), PUSHED.values(), ids=PUSHED.keys())
def test_a_bent_push_is_told_in_the_answer_and_nothing_waits(
    signing: House, bent: dict[str, str | None], error: str
) -> None:
    reply = post(signing, "/oauth2/par", **plain(**bent), **proof(signing))
    assert (reply.status, error_of(reply)) == (400, error)
    assert rows_of(signing, "oidc_pushed") == 0
    (event,) = signing.around.trail.of(AuthorizationRefused)
    # RFC 9126 §2.1: a reference is refused before anybody looks who pushes it.
    assert event.relying_party == (None if "request_uri" in bent else SIGNING)


WHY: dict[str, tuple[dict[str, str | None], str]] = {
    "another address": ({"redirect_uri": "https://evil.example"}, "redirect_uri"),
    "no address": ({"redirect_uri": None}, "redirect_uri"),
    "an unknown mode": ({"response_mode": "web_message"}, "response_mode"),
    "no openid": ({"scope": "profile"}, "must have openid"),
}


@pytest.mark.spec("RFC 9126 §2.3")
@pytest.mark.parametrize(("bent", "named"), WHY.values(), ids=WHY.keys())
def test_the_answer_names_what_is_wrong_where_no_page_would(
    signing: House, bent: dict[str, str | None], named: str
) -> None:
    reply = post(signing, "/oauth2/par", **plain(**bent), **proof(signing))
    assert named in json.loads(reply.body)["error_description"]


@pytest.mark.spec("RFC 9101 §10.5")
def test_who_must_sign_is_told_that_pushing_does_not_do(house: House) -> None:
    house.register(a_signing_portal(require_signed_request_object=True))
    reply = post(house, "/oauth2/par", **plain(), **proof(house))
    said = json.loads(reply.body)
    assert (reply.status, said["error"]) == (400, "invalid_request")
    assert "must be signed, pushed ones too" in said["error_description"]
    assert rows_of(house, "oidc_pushed") == 0


@pytest.mark.spec("RFC 9126 §2.1")
def test_who_does_not_prove_itself_pushes_nothing_and_is_not_named(signing: House) -> None:
    for form in ({}, proof(signing, aud="https://op.example"), {"client_secret": "x"}):
        reply = post(signing, "/oauth2/par", **plain(), **form)
        assert (reply.status, error_of(reply)) == (401, "invalid_client")
    assert rows_of(signing, "oidc_pushed") == 0
    refused = signing.around.trail.of(AuthorizationRefused)
    assert [event.relying_party for event in refused] == [None] * 3


@pytest.mark.spec("RFC 9126 §2.1")
def test_a_parameter_pushed_twice_is_refused(signing: House) -> None:
    twice = f"{urlencode({**plain(), **proof(signing)})}&state=again"
    reply = signing.call(
        "POST", "/oauth2/par", headers=dict(FORM_HEADER), body=twice.encode()
    )
    assert error_of(reply) == "invalid_request"


@pytest.mark.spec("RFC 9126 §2.2")
def test_a_pushed_request_is_for_the_client_that_pushed_it(signing: House) -> None:
    uri = uri_of(post(signing, "/oauth2/par", **plain(), **proof(signing)))
    _, reply = visit(signing, uri, PORTAL)
    assert (reply.status, reply.header("Location")) == (400, None)
    assert b'data-code="pushed_request_refused"' in reply.body
    _, own = visit(signing, uri)
    assert "code" in answer_of(own)


@pytest.mark.spec("RFC 9126 §7.3")
def test_a_pushed_request_is_loaded_often_and_answered_once(signing: House) -> None:
    uri = uri_of(post(signing, "/oauth2/par", **plain(), **proof(signing)))
    stranger = Browser(signing)
    query = urlencode({"client_id": SIGNING, "request_uri": uri})
    looked = stranger.get("/oauth2/authorize", query)
    assert (looked.header("Location") or "").startswith("/login?")
    _, reply = visit(signing, uri)
    assert "code" in answer_of(reply)
    _, again = visit(signing, uri)
    assert (again.status, again.header("Location")) == (400, None)
    person = signing.a_person()
    stranger.finish(looked, stranger.sign_in(person))
    late = answer_of(stranger.resume(looked))
    assert (late["error"], "code" in late) == ("invalid_request_uri", False)
    assert len(signing.around.trail.of(CodeIssued)) == 1


@pytest.mark.spec("RFC 9126 §4")
def test_a_pushed_request_waits_for_a_minute_and_a_half(signing: House) -> None:
    uri = uri_of(post(signing, "/oauth2/par", **plain(), **proof(signing)))
    signing.around.clock.advance(timedelta(seconds=90))
    _, reply = visit(signing, uri)
    assert (reply.status, reply.header("Location")) == (400, None)
    _, unknown = visit(signing, "urn:ietf:params:oauth:request_uri:nobody")
    assert (unknown.status, unknown.header("Location")) == (400, None)
    assert signing.around.trail.of(CodeIssued) == []


@pytest.mark.spec("RFC 9126 §3")
def test_an_object_is_pushed_alone(signing: House) -> None:
    form = {"client_id": SIGNING, "request": an_object(signing, jti="one")}
    uri = uri_of(post(signing, "/oauth2/par", **form, **proof(signing)))
    _, reply = visit(signing, uri)
    assert "code" in answer_of(reply)
    again = post(signing, "/oauth2/par", **form, **proof(signing))
    assert error_of(again) == "invalid_request_object"


@pytest.mark.spec("RFC 9126 §2.1")
def test_a_suspended_client_pushes_nothing(signing: House) -> None:
    signing.clients.clients.move(SIGNING, ClientAction.DISABLE, "test", actor=None)
    reply = post(signing, "/oauth2/par", **plain(), **proof(signing))
    assert error_of(reply) == "unauthorized_client"
    assert rows_of(signing, "oidc_pushed") == 0


@pytest.mark.spec("RFC 9126 §2.2")
def test_the_challenge_of_the_pushed_request_is_the_one_that_counts(signing: House) -> None:
    uri = uri_of(post(signing, "/oauth2/par", **plain(), **proof(signing)))
    browser = Browser(signing)
    browser.sign_in(signing.a_person())
    sent = {"client_id": SIGNING, "request_uri": uri, "code_challenge": "x" * 43}
    code = answer_of(browser.get("/oauth2/authorize", urlencode(sent)))["code"]
    assert CHALLENGE != "x" * 43
    assert redeem(signing, code).status == 200
