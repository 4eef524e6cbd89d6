"""200 redemptions of one code at the same time, through the whole token endpoint."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from idp.oidc.events import CodeRedeemed
from tests.unit.idp.oidc.house import Browser, House, a_portal, exchange
from tests.unit.idp.oidc.test_device import Phone, a_kiosk, ask, poll


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_exactly_one_of_200_gets_tokens_and_then_the_family_dies(database_url: str) -> None:
    house = House(database_url)
    house.register(a_portal())
    code = Browser(house).code(house.a_person())
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: exchange(house, code), range(200)))
    answered = [reply for reply in replies if reply.status == 200]
    assert len(answered) == 1
    assert len(house.around.trail.of(CodeRedeemed)) == 1
    assert {json.loads(r.body)["error"] for r in replies if r.status != 200} == {
        "invalid_grant"
    }
    refresh = json.loads(answered[0].body)["refresh_token"]
    dead = house.token(grant_type="refresh_token", refresh_token=refresh)
    assert json.loads(dead.body)["error"] == "invalid_grant"
    house.db.close()


@pytest.mark.spec("RFC 8628 §3.4")
def test_exactly_one_of_200_polls_gets_tokens_and_then_the_family_dies(
    database_url: str,
) -> None:
    house = House(database_url)
    house.register(a_kiosk())
    codes, phone = ask(house), Phone(house)
    phone.sign_in()
    phone.allow(codes["user_code"])
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(lambda _: poll(house, codes, wait_s=0), range(200)))
    answered = [one for one in said if "access_token" in one]
    assert len(answered) == 1
    assert {one["error"] for one in said if "error" in one} == {"invalid_grant"}
    bearer = {"authorization": f"Bearer {answered[0]['access_token']}"}
    assert house.call("GET", "/oidc/userinfo", headers=bearer).status == 401
    house.db.close()


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_exactly_one_of_200_refreshes_gets_tokens_and_then_the_family_dies(
    database_url: str,
) -> None:
    house = House(database_url)
    house.register(a_portal())
    tokens = json.loads(exchange(house, Browser(house).code(house.a_person())).body)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: house.token(**form), range(200)))
    answered = [json.loads(reply.body) for reply in replies if reply.status == 200]
    assert len(answered) == 1
    form["refresh_token"] = answered[0]["refresh_token"]
    assert json.loads(house.token(**form).body)["error"] == "invalid_grant"
    house.db.close()
