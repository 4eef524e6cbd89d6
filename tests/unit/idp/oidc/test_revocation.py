"""Revocation: what ends, what stays, and who may ask for it."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from idp.clients.domain import AuthMethod
from idp.oidc.events import RevocationRefused, TokenRevoked
from kernel.ids import ClientId
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    CALLBACK,
    FORM_HEADER,
    MACHINE,
    PORTAL,
    VERIFIER,
    Browser,
    House,
    a_machine,
    a_portal,
    exchange,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_introspection import told


def revoke(house: House, token: str, client: ClientId = PORTAL, **said: str) -> Reply:
    return house.call(
        "POST",
        "/oauth2/revoke",
        headers={**FORM_HEADER, "authorization": house.basic(client)},
        body=urlencode({"token": token, **said}).encode(),
    )


def tokens_of(house: House) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        exchange(house, Browser(house).code(house.a_person())).body
    )
    return read


def userinfo(house: House, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    return house.call("GET", "/oidc/userinfo", headers=headers).status


@pytest.mark.spec("RFC 7009 §2.1")
@pytest.mark.parametrize("hint", ["refresh_token", "access_token", "unknown"])
def test_with_a_refresh_token_all_of_its_grant_ends(house: House, hint: str) -> None:
    tokens = tokens_of(house)
    reply = revoke(house, tokens["refresh_token"], token_type_hint=hint)
    assert (reply.status, reply.body) == (200, b"")
    assert userinfo(house, tokens["access_token"]) == 401
    again = house.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert json.loads(again.body)["error"] == "invalid_grant"
    (seen,) = house.around.trail.of(TokenRevoked)
    assert seen.kind == "refresh_token"


@pytest.mark.spec("RFC 7009 §2")
def test_an_access_token_ends_alone(house: House) -> None:
    tokens = tokens_of(house)
    assert revoke(house, tokens["access_token"]).status == 200
    assert userinfo(house, tokens["access_token"]) == 401
    assert told(house, tokens["access_token"]) == {"active": False}
    again = house.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.status == 200
    assert userinfo(house, json.loads(again.body)["access_token"]) == 200


def test_a_revoked_token_of_a_machine_opens_our_api_no_more(house: House) -> None:
    house.register(a_machine())
    got = house.token(MACHINE, grant_type="client_credentials")
    token = json.loads(got.body)["access_token"]
    assert revoke(house, token, MACHINE).status == 200
    assert told(house, token, MACHINE) == {"active": False}


@pytest.mark.spec("RFC 7009 §2.2")
def test_what_is_no_token_is_no_error(house: House) -> None:
    token = tokens_of(house)["access_token"]
    for unknown in ("x" * 43, token[:-2], "..", "a.b.c"):
        assert revoke(house, unknown).status == 200
    assert house.around.trail.of(TokenRevoked) == []
    assert userinfo(house, token) == 200


def test_a_second_revocation_is_no_error_and_no_event(house: House) -> None:
    tokens = tokens_of(house)
    for _ in range(2):
        assert revoke(house, tokens["access_token"]).status == 200
        assert revoke(house, tokens["refresh_token"]).status == 200
    assert len(house.around.trail.of(TokenRevoked)) == 2


@pytest.mark.spec("RFC 7009 §2.1")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_strangers_token_is_not_touched(house: House, kind: str) -> None:
    house.register(a_portal(client_id="other-1"))
    tokens = tokens_of(house)
    reply = revoke(house, tokens[kind], ClientId("other-1"))
    assert (reply.status, json.loads(reply.body)["error"]) == (400, "invalid_grant")
    assert userinfo(house, tokens["access_token"]) == 200
    assert told(house, tokens["refresh_token"])["active"] is True
    assert rows_of(house, "oidc_denied") == 0
    assert len(house.around.trail.of(RevocationRefused)) == 1


@pytest.mark.spec("RFC 7009 §2.1")
def test_a_public_client_names_itself_and_revokes_its_own(house: House) -> None:
    said = a_portal(client_id="app-1")
    facet = replace(said.oidc, token_endpoint_auth_method=AuthMethod.NONE)
    house.register(replace(said, oidc=facet))
    code = Browser(house).code(house.a_person(), client_id="app-1")
    form = {
        "grant_type": "authorization_code",
        "client_id": "app-1",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    body = urlencode(form).encode()
    got = house.call("POST", "/oauth2/token", headers=FORM_HEADER, body=body)
    tokens = json.loads(got.body)
    mine = {"token": tokens["refresh_token"], "client_id": "app-1"}
    reply = house.call(
        "POST", "/oauth2/revoke", headers=FORM_HEADER, body=urlencode(mine).encode()
    )
    assert reply.status == 200
    assert userinfo(house, tokens["access_token"]) == 401


def test_without_a_client_nothing_is_revoked(house: House) -> None:
    tokens = tokens_of(house)
    body = urlencode({"token": tokens["refresh_token"]}).encode()
    reply = house.call("POST", "/oauth2/revoke", headers=FORM_HEADER, body=body)
    assert (reply.status, json.loads(reply.body)["error"]) == (401, "invalid_client")
    assert userinfo(house, tokens["access_token"]) == 200
