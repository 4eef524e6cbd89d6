"""200 redemptions of one code at the same time, through the whole token endpoint."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from idp.oidc.events import CodeRedeemed
from tests.unit.idp.oidc.house import Browser, House, a_portal, exchange


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
