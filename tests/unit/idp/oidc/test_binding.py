"""What codes and refresh tokens are bound to: a verifier, a key, a resource."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.clients.domain import AuthMethod, GrantType, Profile
from idp.clients.messages import ClientBody
from idp.oidc.events import ClaimsReleased, CodeRedeemed, RefreshTokenReused
from kernel.ids import ClientId
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    CALLBACK,
    CHALLENGE,
    PORTAL,
    VERIFIER,
    Browser,
    House,
    a_portal,
    claims_of,
    exchange,
)
from tests.unit.idp.oidc.proving import Holder
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.signing import SIGNING, a_signing_portal, error_of, post, proof

APP = ClientId("app-1")
STRICT = "https://portal.example/cb"
CASES, FILES = "https://cases.example/api", "https://files.example/api"


def with_facet(client: str, **bent: object) -> ClientBody:
    said = a_portal(client_id=client, claims=())
    return replace(said, oidc=replace(said.oidc, **bent))  # type: ignore[arg-type]  # bent


def an_app(house: House) -> None:
    house.register(with_facet(APP, token_endpoint_auth_method=AuthMethod.NONE))


def app_form(code: str, **bent: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "client_id": APP,
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **bent,
    }


def read(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    said: dict[str, Any] = json.loads(reply.body)
    return said


def with_nonce(house: House, **bent: str | None) -> str:
    """Return a code of a request that had a nonce in place of a challenge."""
    house.register(with_facet("nonce-1", relies_on_nonce=True))
    return Browser(house).code(house.a_person(), client_id="nonce-1", **bent)


def nonce_form(code: str, **bent: str) -> dict[str, str]:
    plain = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return {**plain, **bent}


@pytest.mark.spec("RFC 9700 §2.1.1")
def test_a_client_that_relies_on_its_nonce_needs_no_verifier(house: House) -> None:
    code = with_nonce(house, code_challenge=None, code_challenge_method=None)
    tokens = read(house.token(ClientId("nonce-1"), **nonce_form(code)))
    assert claims_of(tokens["id_token"])["nonce"] == "n-1"


@pytest.mark.spec("RFC 9700 §4.8.2")
def test_a_verifier_without_a_challenge_tells_of_an_attack(house: House) -> None:
    code = with_nonce(house, code_challenge=None, code_challenge_method=None)
    form = nonce_form(code, code_verifier=VERIFIER)
    assert error_of(house.token(ClientId("nonce-1"), **form)) == "invalid_grant"
    assert house.around.trail.of(CodeRedeemed) == []


@pytest.mark.spec("RFC 9700 §4.8.2")
def test_a_challenge_is_never_opened_without_a_verifier(house: House) -> None:
    code = with_nonce(house)
    assert house.token(ClientId("nonce-1"), **nonce_form(code)).status == 400
    assert house.around.trail.of(CodeRedeemed) == []


@pytest.mark.spec("RFC 9449 §10")
def test_a_code_bound_to_a_key_is_redeemed_with_its_proof_only(house: House) -> None:
    an_app(house)
    mine, other = Holder(), Holder("other")
    code = Browser(house).code(house.a_person(), client_id=APP, dpop_jkt=mine.jkt)
    form = app_form(code)
    assert error_of(post(house, "/oauth2/token", **form)) == "invalid_grant"
    assert error_of(other.post(house, "/oauth2/token", **form)) == "invalid_grant"
    assert house.around.trail.of(CodeRedeemed) == []
    tokens = read(mine.post(house, "/oauth2/token", **form))
    assert tokens["token_type"] == "DPoP"
    assert claims_of(tokens["access_token"])["cnf"] == {"jkt": mine.jkt}


@pytest.mark.spec("RFC 9449 §5")
def test_a_public_clients_refresh_token_is_for_the_holder_of_its_key(house: House) -> None:
    an_app(house)
    mine, other = Holder(), Holder("other")
    code = Browser(house).code(house.a_person(), client_id=APP)
    tokens = read(mine.post(house, "/oauth2/token", **app_form(code)))
    form = {
        "grant_type": "refresh_token",
        "client_id": APP,
        "refresh_token": tokens["refresh_token"],
    }
    assert error_of(post(house, "/oauth2/token", **form)) == "invalid_grant"
    assert error_of(other.post(house, "/oauth2/token", **form)) == "invalid_grant"
    again = read(mine.post(house, "/oauth2/token", **form))
    assert again["token_type"] == "DPoP"
    form["refresh_token"] = again["refresh_token"]
    assert error_of(other.post(house, "/oauth2/token", **form)) == "invalid_grant"
    assert mine.post(house, "/oauth2/token", **form).status == 200


@pytest.mark.spec("RFC 9449 §5")
def test_a_public_client_that_proves_a_key_later_is_held_to_it_from_then_on(
    house: House,
) -> None:
    """Its first token was anybody's; the one it gets beside a proof is its key's."""
    an_app(house)
    mine, other = Holder(), Holder("other")
    code = Browser(house).code(house.a_person(), client_id=APP)
    tokens = read(post(house, "/oauth2/token", **app_form(code)))
    form = {
        "grant_type": "refresh_token",
        "client_id": APP,
        "refresh_token": tokens["refresh_token"],
    }
    form["refresh_token"] = read(mine.post(house, "/oauth2/token", **form))["refresh_token"]
    assert error_of(post(house, "/oauth2/token", **form)) == "invalid_grant"
    assert error_of(other.post(house, "/oauth2/token", **form)) == "invalid_grant"
    assert house.around.trail.of(RefreshTokenReused) == []
    assert mine.post(house, "/oauth2/token", **form).status == 200


@pytest.mark.spec("RFC 9449 §5")
def test_a_confidential_client_may_change_its_key(house: House) -> None:
    code = Browser(house).code(house.a_person())
    refresh = read(exchange(house, code))["refresh_token"]
    for _ in range(2):
        got = house.token(PORTAL, grant_type="refresh_token", refresh_token=refresh)
        refresh = read(got)["refresh_token"]


@pytest.mark.spec("RFC 6749 §6; OIDC Core §5.4")
def test_a_token_that_was_narrowed_releases_no_claims_of_the_scopes_it_lacks(
    house: House,
) -> None:
    def told(scope: str, refresh: str) -> tuple[set[str], str]:
        got = house.token(
            PORTAL, grant_type="refresh_token", refresh_token=refresh, scope=scope
        )
        tokens = read(got)
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        said = read(house.call("GET", "/oidc/userinfo", headers=bearer))
        return set(said), tokens["refresh_token"]

    code = Browser(house).code(house.a_person(), scope="openid profile")
    first = read(exchange(house, code))["refresh_token"]
    narrow, second = told("openid", first)
    assert narrow == {"sub"}
    (release,) = house.around.trail.of(ClaimsReleased)
    assert release.claims == ()
    assert told("openid profile", second)[0] == {"sub", "name"}


@pytest.mark.spec("OIDC Core §5.5")
def test_what_is_asked_for_by_name_hangs_on_no_scope(house: House) -> None:
    named = json.dumps({"userinfo": {"name": None}})
    code = Browser(house).code(house.a_person(), scope="openid", claims=named)
    tokens = read(exchange(house, code))
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    said = read(house.call("GET", "/oidc/userinfo", headers=bearer))
    assert set(said) == {"sub", "name"}


@pytest.mark.spec("RFC 9700 §4.14.2")
@pytest.mark.parametrize("bent", [{"scope": "members:read"}, {"resource": CASES}])
def test_a_reused_token_ends_its_family_whatever_else_it_asks(
    house: House, bent: dict[str, str]
) -> None:
    tokens = read(exchange(house, Browser(house).code(house.a_person())))
    first = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    second = read(house.token(PORTAL, **first))
    assert error_of(house.token(PORTAL, **first, **bent)) == "invalid_grant"
    assert len(house.around.trail.of(RefreshTokenReused)) == 1
    first["refresh_token"] = second["refresh_token"]
    assert error_of(house.token(PORTAL, **first)) == "invalid_grant"


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_reuse_is_seen_after_a_restart(house: House) -> None:
    tokens = read(exchange(house, Browser(house).code(house.a_person())))
    first = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert house.token(PORTAL, **first).status == 200
    url = str(house.db.engine.url)
    house.db.close()
    again = House(url)
    again.secrets = house.secrets
    assert error_of(again.token(PORTAL, **first)) == "invalid_grant"
    assert len(again.around.trail.of(RefreshTokenReused)) == 1
    again.db.close()


def a_strict_client(house: House) -> None:
    """Register a client of the profile FAPI 2.0 that signs and proves a key."""
    said = a_signing_portal(
        profile=Profile.FAPI2, dpop_bound_access_tokens=True, redirect_uris=(STRICT,)
    )
    house.register(said)


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
def test_where_refresh_tokens_do_not_rotate_the_token_stays(house: House) -> None:
    a_strict_client(house)
    mine = Holder()
    sent = {
        "client_id": SIGNING,
        "response_type": "code",
        "redirect_uri": STRICT,
        "scope": "openid",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    pushed = mine.post(house, "/oauth2/par", **sent, **proof(house))
    uri = json.loads(pushed.body)["request_uri"]
    browser = Browser(house)
    browser.sign_in(house.a_person())
    query = f"client_id={SIGNING}&request_uri={uri}"
    location = browser.get("/oauth2/authorize", query).header("Location") or ""
    code = parse_qs(urlsplit(location).query)["code"][0]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": STRICT,
        "code_verifier": VERIFIER,
    }
    tokens = read(mine.post(house, "/oauth2/token", **form, **proof(house)))
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    for _ in range(3):
        house.around.clock.advance(timedelta(hours=7))
        again = read(mine.post(house, "/oauth2/token", **refresh, **proof(house)))
        assert "refresh_token" not in again
    assert house.around.trail.of(RefreshTokenReused) == []
    house.around.clock.advance(timedelta(hours=9))
    late = mine.post(house, "/oauth2/token", **refresh, **proof(house))
    assert error_of(late) == "invalid_grant"


def two_resources(house: House) -> dict[str, Any]:
    house.register(with_facet("reader-1", resources=(CASES, FILES)))
    person, browser = house.a_person(), Browser(house)
    code = browser.code(person, client_id="reader-1", resource=CASES)
    form = nonce_form(code, code_verifier=VERIFIER)
    return read(house.token(ClientId("reader-1"), **form))


@pytest.mark.spec("RFC 8707 §2.2")
def test_a_token_counts_where_it_was_granted_and_nowhere_else(house: House) -> None:
    tokens = two_resources(house)
    assert CASES in claims_of(tokens["access_token"])["aud"]
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    reader = ClientId("reader-1")
    assert error_of(house.token(reader, **form, resource=FILES)) == "invalid_target"
    narrow = read(house.token(reader, **form, resource=CASES))
    assert claims_of(narrow["access_token"])["aud"] == CASES


@pytest.mark.spec("RFC 8707 §2.2")
def test_a_resource_taken_out_of_the_record_is_reached_no_more(house: House) -> None:
    tokens = two_resources(house)
    reader = ClientId("reader-1")
    before = house.clients.clients.find(reader)
    less = with_facet("reader-1", resources=(FILES,))
    house.clients.clients.update(reader, before.version, less, actor=None)
    house.around.clock.advance(timedelta(seconds=2))
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert error_of(house.token(reader, **form, resource=CASES)) == "invalid_target"
    again = read(house.token(reader, **form))
    assert CASES not in claims_of(again["access_token"])["aud"]


def test_a_client_without_the_grant_gets_no_refresh_token(house: House) -> None:
    facet = {"grant_types": (GrantType.AUTHORIZATION_CODE,)}
    house.register(with_facet("once-1", **facet))
    code = Browser(house).code(house.a_person(), client_id="once-1")
    form = nonce_form(code, code_verifier=VERIFIER)
    assert "refresh_token" not in read(house.token(ClientId("once-1"), **form))
    assert rows_of(house, "oidc_refresh") == 0
