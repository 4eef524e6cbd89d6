"""What each flow costs in statements; the trail's own are a fake's and not counted."""

import json

import pytest

from kernel.infra.db import Count
from tests.unit.idp.oidc.house import (
    MACHINE,
    PORTAL,
    Browser,
    House,
    a_machine,
    exchange,
)
from tests.unit.idp.oidc.test_introspection import told
from tests.unit.idp.oidc.test_revocation import revoke, userinfo


def shown(count: Count) -> str:
    return "\n".join(sql[:100] for sql in count.statements)


@pytest.fixture
def warm(house: House) -> House:
    """Have read each client's record within its second."""
    house.register(a_machine())
    for client in (PORTAL, MACHINE):
        house.clients.lookup.find(client)
    return house


def test_a_code_is_exchanged_in_five_statements(warm: House) -> None:
    code = Browser(warm).code(warm.a_person())
    with warm.db.counting() as count:
        assert exchange(warm, code).status == 200
    assert len(count) <= 5, shown(count)
    assert count.commits == 1


def test_a_refresh_takes_five_statements(warm: House) -> None:
    tokens = json.loads(exchange(warm, Browser(warm).code(warm.a_person())).body)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    with warm.db.counting() as count:
        assert warm.token(**form).status == 200
    assert len(count) <= 5, shown(count)
    assert count.commits == 1


def test_a_clients_own_token_takes_none(warm: House) -> None:
    with warm.db.counting() as count:
        assert warm.token(MACHINE, grant_type="client_credentials").status == 200
    assert len(count) == 0, shown(count)


def test_asking_about_a_token_takes_three(warm: House) -> None:
    tokens = json.loads(exchange(warm, Browser(warm).code(warm.a_person())).body)
    with warm.db.counting() as count:
        assert told(warm, tokens["access_token"])["active"] is True
    assert len(count) == 3, shown(count)
    assert count.commits == 0


def test_userinfo_takes_those_the_consents_and_the_persons_claims(warm: House) -> None:
    tokens = json.loads(exchange(warm, Browser(warm).code(warm.a_person())).body)
    with warm.db.counting() as count:
        assert userinfo(warm, tokens["access_token"]) == 200
    assert len(count) <= 8, shown(count)


def test_giving_a_token_back_takes_two(warm: House) -> None:
    tokens = json.loads(exchange(warm, Browser(warm).code(warm.a_person())).body)
    with warm.db.counting() as count:
        assert revoke(warm, tokens["access_token"]).status == 200
    assert len(count) <= 2, shown(count)
    with warm.db.counting() as count:
        assert revoke(warm, tokens["refresh_token"]).status == 200
    assert len(count) <= 3, shown(count)
