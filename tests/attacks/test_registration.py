"""Clients that enter themselves, at the whole house: what they get, and nobody gets."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.attacks.browser import Browser, code_of, redeem
from tests.attacks.house import BACK, Answer, House, Registered

TICKETS = "/api/v1/registration-tokens"
REGISTER = "/oauth2/register"


@pytest.fixture(scope="module")
def ticket(house: House) -> str:
    said = {"uses": 1000, "lifetime_s": 3600}
    answer = house.api("POST", TICKETS, house.token("operator1"), said)
    assert answer.status == 201, answer.text
    return str(answer.json()["registration_token"])


def register(house: House, token: str | None, **said: object) -> Answer:
    body = json.dumps({"redirect_uris": [BACK], **said}).encode()
    bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
    headers = {"Content-Type": "application/json", **bearer}
    return house.ask("POST", REGISTER, headers=headers, body=body)


def manage(house: House, method: str, said: dict[str, object], **body: object) -> Answer:
    where = str(said["registration_client_uri"]).partition("8750")[2]
    return house.api(
        method,
        where,
        str(said["registration_access_token"]),
        {"client_id": said["client_id"], **body} if method == "PUT" else None,
    )


def client_of(said: dict[str, object]) -> Registered:
    return Registered(str(said["client_id"]), str(said["client_secret"]))


@pytest.mark.spec("RFC 7591 §3")
def test_who_entered_itself_signs_people_in(house: House, ticket: str) -> None:
    said = register(house, ticket, client_name="自助登记", scope="openid").json()
    house.person("self-entered")
    back = Browser(house).sign_in(client_of(said), "self-entered")
    assert redeem(house, client_of(said), code_of(back)).status == 200


@pytest.mark.spec("RFC 7592 §2.2")
def test_who_is_disabled_gets_nothing_back_by_its_token(house: House, ticket: str) -> None:
    """CVE-2026-9705: neither its state nor its secret, by whatever method."""
    said = register(house, ticket).json()
    client, operator = client_of(said), house.token("operator1")
    path = f"/api/v1/clients/{client.id}"
    stopped = house.api("POST", f"{path}/disable", operator, {"reason": "abuse"})
    assert stopped.status == 200, stopped.text
    before = house.api("GET", path, operator).json()
    for method in ("GET", "PUT", "DELETE"):
        answer = manage(house, method, said, redirect_uris=[f"{BACK}/new"])
        assert answer.status == 403, answer.text
    assert house.api("GET", path, operator).json() == before
    own = {"grant_type": "client_credentials"}
    assert house.form("/oauth2/token", own, client.basic).status in {400, 401}


@pytest.mark.parametrize("role", ["auditor", None])
def test_only_operators_hand_tickets_out(house: House, role: str | None) -> None:
    said = {"uses": 1, "lifetime_s": 60}
    if role is None:
        answer = house.ask(
            "POST",
            TICKETS,
            headers={"Content-Type": "application/json"},
            body=json.dumps(said).encode(),
        )
        assert answer.status == 401
        return
    assert house.api("POST", TICKETS, house.token(role), said).status == 403


def test_an_access_token_of_the_api_is_no_ticket(house: House) -> None:
    assert register(house, house.token("operator1")).status == 401


@pytest.mark.spec("RFC 7591 §5")
def test_no_client_gives_itself_what_operators_give(house: House, ticket: str) -> None:
    """Scopes of the API, a person, other people's tokens, a level: all passed over."""
    said = register(
        house,
        ticket,
        scope="openid clients:write audit:read",
        grant_types=[
            "authorization_code",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ],
        client_id="portal-51",
        client_secret="chosen by itself",
        person="00000000-0000-0000-0000-000000000001",
        level=1,
        state="live",
        exchanges=[{"audience": "portal-51", "may_impersonate": True}],
        resources=["http://localhost:8750/api/v1"],
        sector="portal.example",
        claims=[{"name": "id_number", "basis": "statutory"}],
    ).json()
    path = f"/api/v1/clients/{said['client_id']}"
    kept = house.api("GET", path, house.token("operator1")).json()
    oidc: Any = kept["oidc"]
    assert said["client_id"] != "portal-51"
    assert said["client_secret"] != "chosen by itself"
    assert oidc["scopes"] == ["openid"]
    assert set(oidc["grant_types"]) == {"authorization_code", "client_credentials"}
    assert (oidc["exchanges"], oidc["resources"]) == ([], [])
    assert oidc["sector"] != "portal.example"
    assert (kept["person"], kept["claims"], kept["state"]) == (None, [], "sandbox")
    own = {"grant_type": "client_credentials", "scope": "clients:write"}
    assert house.form("/oauth2/token", own, client_of(said).basic).status == 400


def _members() -> Iterator[str]:
    yield from (
        "redirect_uris",
        "post_logout_redirect_uris",
        "request_uris",
        "grant_types",
        "response_types",
        "contacts",
        "default_acr_values",
        "client_name",
        "client_uri",
        "logo_uri",
        "policy_uri",
        "tos_uri",
        "jwks",
        "jwks_uri",
        "sector_identifier_uri",
        "initiate_login_uri",
        "frontchannel_logout_uri",
        "backchannel_logout_uri",
        "scope",
        "token_endpoint_auth_method",
        "id_token_signed_response_alg",
        "id_token_encrypted_response_alg",
        "userinfo_signed_response_alg",
        "request_object_signing_alg",
        "default_max_age",
        "require_auth_time",
        "dpop_bound_access_tokens",
        "software_statement",
        "software_id",
        "application_type",
        "profile",
    )


TEXTS = frozenset({"client_name", "software_id"})
"""Plain words, which pages show as words; nobody is sent anywhere by them."""
LIES: tuple[object, ...] = (
    7,
    -1,
    1.5,
    True,
    [],
    {},
    [[]],
    [None],
    {"keys": [{}]},
    "x" * 5000,
    ["x" * 5000],
    "javascript:alert(1)",
    ["JAVASCRIPT:alert(1)"],
    "http://169.254.169.254/latest",
    ["http://[::1]@evil.test/"],
    "https://evil.test\r\nSet-Cookie: a=b",
    ["https://evil.test/\u202egnp.exe"],
    "\ud83d\ude00",
    ["*"],
)


@pytest.mark.parametrize("member", list(_members()))
def test_no_lie_about_a_member_is_a_defect_or_kept(
    house: House, ticket: str, member: str
) -> None:
    """Each is refused in the words of RFC 7591, or left out; none reaches a record."""
    for lie in LIES:
        answer = register(house, ticket, **{member: lie})
        said = answer.json()
        if answer.status == 201 and member not in TEXTS:
            told = json.dumps(said.get(member), ensure_ascii=False)
            assert "javascript" not in told.lower()
            assert "169.254" not in told
            assert "evil.test" not in told
        if answer.status == 201:
            continue
        assert answer.status == 400, (lie, answer.text)
        assert said["error"] in {
            "invalid_redirect_uri",
            "invalid_client_metadata",
            "invalid_software_statement",
            "unapproved_software_statement",
        }
        description = str(said["error_description"])
        assert description.isascii()
        assert "\\" not in description
