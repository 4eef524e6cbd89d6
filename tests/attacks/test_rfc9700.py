"""The must-list of RFC 9700, line by line, at the doors where it holds."""

import pytest

from tests.attacks.browser import Browser, code_of, redeem, refresh, request_of
from tests.attacks.house import Answer, House, Registered
from tests.attacks.stage import SCOPE, register, set_up, walked


@pytest.fixture
def client(house: House) -> Registered:
    """Return a relying party of its own."""
    return register(house, "bcp")


def _form(house: House, client: Registered, **fields: str) -> Answer:
    return house.form("/oauth2/token", fields, client.basic)


@pytest.mark.spec("RFC 9700 §2.4")
@pytest.mark.parametrize("grant", ["password", "implicit", "PASSWORD", ""])
def test_a_password_is_no_grant(house: House, client: Registered, grant: str) -> None:
    answer = _form(house, client, grant_type=grant, username="a", password="b")
    assert answer.status == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "invalid_request"}
    said = house.ask("GET", "/.well-known/openid-configuration").json()
    assert grant not in str(said["grant_types_supported"]).split("'")[1::2]


@pytest.mark.spec("RFC 9700 §2.1.2")
@pytest.mark.parametrize(
    "kind", ["token", "id_token", "code token", "id_token token", "none"]
)
def test_no_token_comes_from_the_authorization_endpoint(
    house: House, client: Registered, kind: str
) -> None:
    answer = Browser(house).authorize(client, response_type=kind)
    assert "error=unsupported_response_type" in answer.location
    assert "token=" not in answer.location


@pytest.mark.spec("RFC 9700 §4.8.2")
def test_a_challenge_left_out_on_the_way_is_no_way_in(
    house: House, client: Registered
) -> None:
    """Downgrade: a request that lost its challenge ends, whoever took it out."""
    asked = {"code_challenge": "", "code_challenge_method": ""}
    answer = Browser(house).authorize(client, **asked)
    assert "error=invalid_request" in answer.location


@pytest.mark.spec("RFC 9700 §4.8.2; CVE-2024-23647")
def test_a_verifier_without_a_challenge_is_refused(house: House) -> None:
    client = register(house, "bcp-nonce", relies_on_nonce=True)
    house.person("bcp-nonce")
    browser = Browser(house)
    asked = {"code_challenge": "", "code_challenge_method": ""}
    gone = walked(browser, browser.authorize(client, **asked), "bcp-nonce").location
    assert redeem(house, client, code_of(gone)).json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 9700 §4.5; CVE-2026-16089, CVE-2026-55672")
def test_codes_and_refresh_tokens_are_their_clients_alone(
    house: House, client: Registered
) -> None:
    stage = set_up(house)
    for answer in (
        redeem(house, client, stage.code),
        refresh(house, client, str(stage.tokens["refresh_token"])),
    ):
        assert answer.json()["error"] == "invalid_grant"
    assert redeem(house, stage.client, stage.code).status == 200


@pytest.mark.spec("RFC 9700 §4.3.2")
def test_a_token_in_the_query_is_not_looked_at(house: House) -> None:
    stage = set_up(house)
    query = f"access_token={stage.tokens['access_token']}"
    assert house.ask("GET", "/oidc/userinfo", query=query).status == 401


@pytest.mark.spec("RFC 9700 §4.12; §2.6")
def test_the_authorization_endpoint_says_303_and_nothing_to_other_origins(
    house: House, client: Registered
) -> None:
    stranger = {"Origin": "https://evil.example"}
    answers = (
        Browser(house).authorize(client),
        Browser(house).post("/oauth2/authorize", request_of(client), stranger),
        Browser(house).get("/oauth2/authorize", stranger),
    )
    for answer in answers:
        assert answer.status in {303, 400}, answer
        assert not answer.header("Access-Control-Allow-Origin")


@pytest.mark.spec("RFC 9700 §4.2.4; §4.16")
@pytest.mark.parametrize("path", ["/login", "/consent", "/device", "/logout", "/account"])
def test_pages_tell_no_referrer_and_stand_in_no_frame(house: House, path: str) -> None:
    page = Browser(house).get(path)
    while page.status in {302, 303}:
        page = Browser(house).get(page.location)
    assert "frame-ancestors 'none'" in page.header("Content-Security-Policy")
    assert page.header("Referrer-Policy") in {"no-referrer", "same-origin"}


@pytest.mark.spec("RFC 9700 §4.15")
def test_a_client_is_never_taken_for_a_person(house: House) -> None:
    stage = set_up(house)
    own = house.token_of(stage.api_client)
    userinfo = {"Authorization": f"Bearer {own}"}
    assert house.ask("GET", "/oidc/userinfo", headers=userinfo).status in {401, 403}


@pytest.mark.spec("RFC 9700 §2.2.2, §2.3; RFC 9068 §4")
def test_a_token_counts_only_where_it_is_for(house: House) -> None:
    """Userinfo's token opens no API; scope of a refresh never grows."""
    stage = set_up(house)
    bearer = str(stage.tokens["access_token"])
    assert house.api("GET", "/api/v1/clients", bearer).status == 401
    token = str(stage.tokens["refresh_token"])
    grown = _form(
        house,
        stage.client,
        grant_type="refresh_token",
        refresh_token=token,
        scope=f"{SCOPE} offline_access",
    )
    assert grown.json()["error"] == "invalid_scope"


@pytest.mark.spec("RFC 9700 §4.4; RFC 9207 §2")
def test_every_answer_says_who_gives_it(house: House, client: Registered) -> None:
    for asked in ({"prompt": "none"}, {"response_type": "token"}, {"scope": "profile"}):
        answer = Browser(house).authorize(client, **asked)
        assert "iss=http%3A%2F%2Flocalhost%3A8750" in answer.location, asked
