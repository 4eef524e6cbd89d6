"""The rules of admission that statements name can be read by everybody."""

import pytest

from kernel.web import Request
from tests.unit.trustroot.members import FIRST, GROUNDS, RegisterHouse
from tests.unit.trustroot.test_registration_policies import adopted, policy
from trustroot.publish.api import policy_routes
from trustroot.publish.errors import PolicyUnpublished


def asked(house: RegisterHouse, version: str) -> str:
    (route,) = policy_routes(house.policies)
    assert route.access is None
    path = route.path.replace("{version}", version)
    request = Request(method="GET", path=path, parameters={"version": version})
    return route.endpoint(request).body.decode()


def test_an_adopted_version_is_read_in_chinese_and_in_english() -> None:
    house = RegisterHouse()
    held = adopted(house, policy())
    told = asked(house, held.version)
    assert told.index(held.text_zh) < told.index(held.text_en)
    assert str(held.valid_from) in told


@pytest.mark.parametrize("version", ["2026-9", "", "../keys"])
def test_a_version_that_was_not_adopted_is_not_there(version: str) -> None:
    house = RegisterHouse()
    house.policies.propose(policy("2026-9"), GROUNDS, FIRST)
    with pytest.raises(PolicyUnpublished):
        asked(house, version)
