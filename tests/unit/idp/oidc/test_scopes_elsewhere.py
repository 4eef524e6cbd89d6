"""Scopes of tokens for resources of somebody else."""

import json
from datetime import timedelta
from typing import Any

import pytest

from idp.oidc.events import ClientTokenIssued, TokensRefreshed
from kernel.ids import ClientId
from kernel.web import Reply, Role
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    MACHINE,
    PORTAL,
    VERIFIER,
    Browser,
    House,
    a_machine,
    claims_of,
)
from tests.unit.idp.oidc.test_binding import nonce_form

TAX = "https://tax.example/api"
ORDERS = frozenset({"members:read", "openid", "orders:read", "orders:write"})


def reshaped(house: House, client: ClientId, **facet: object) -> None:
    """Change a record, and wait until every process knows (at most a second)."""
    shaped(house, client, **facet)
    house.around.clock.advance(timedelta(seconds=2))


@pytest.fixture
def machine(house: House) -> House:
    house.register(a_machine())
    reshaped(house, MACHINE, resources=frozenset({TAX}), scopes=ORDERS)
    return house


def own(house: House, **asked: str) -> Reply:
    return house.token(MACHINE, grant_type="client_credentials", **asked)


def read(reply: Reply) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(reply.body)
    return said


@pytest.mark.spec("RFC 8707 §2.2; RFC 6749 §4.4.2")
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"resource": TAX}, "orders:read orders:write"),
        ({"resource": TAX, "scope": "orders:read"}, "orders:read"),
        ({}, "members:read"),
    ],
    ids=["all of its own", "one of them", "our API"],
)
def test_a_clients_own_token_has_the_scopes_of_where_it_counts(
    machine: House, asked: dict[str, str], told: str
) -> None:
    said = read(own(machine, **asked))
    assert (said["scope"], claims_of(said["access_token"])["scope"]) == (told, told)


@pytest.mark.spec("RFC 6749 §3.3")
@pytest.mark.parametrize(
    "asked",
    [
        {"resource": TAX, "scope": "members:read"},
        {"resource": TAX, "scope": "openid"},
        {"scope": "orders:read"},
        {"resource": TAX, "scope": "orders:read members:read"},
    ],
    ids=["our API's there", "about people", "there for our API", "of both"],
)
def test_scopes_that_mean_nothing_where_a_token_counts_are_refused(
    machine: House, asked: dict[str, str]
) -> None:
    reply = own(machine, **asked)
    assert (reply.status, read(reply)["error"]) == (400, "invalid_scope")
    assert machine.around.trail.of(ClientTokenIssued) == []


@pytest.mark.spec("RFC 6749 §3.3")
def test_nobody_refreshes_for_scopes_of_which_none_would_be_left(house: House) -> None:
    scopes = frozenset({"openid", "members:read"})
    reshaped(house, PORTAL, resources=frozenset({TAX}), scopes=scopes)
    person = house.a_person()
    house.people.people.set_roles(person.id, frozenset({Role.AUDITOR}), actor=None)
    code = Browser(house).code(person, scope="openid members:read", resource=TAX)
    first = read(house.token(PORTAL, **nonce_form(code, code_verifier=VERIFIER)))
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    refused = house.token(PORTAL, **form, resource=TAX, scope="members:read")
    assert (refused.status, read(refused)["error"]) == (400, "invalid_scope")
    assert house.around.trail.of(TokensRefreshed) == []
    again = read(house.token(PORTAL, **form, resource=TAX, scope="openid"))
    assert again["scope"] == "openid"
