"""Plan oidcc-3rdparty-init-login-certification-test-plan."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from idp.clients.checks import oidc_registration
from tests.attacks.house import ISSUER
from tests.flows.openid.faults import Fault, in_json, silenced
from tests.flows.openid.plans import PLANS, name_of_test
from tests.flows.openid.registering import ask, entered, metadata, refused
from tests.flows.openid.suite import Suite

INITIATE = "https://rp.example/initiate"
BASIC: Final[dict[str, Any]] = {"token_endpoint_auth_method": "client_secret_basic"}
"""The plan's variant, of both modules."""


@pytest.mark.spec("OIDC Core §4")
def test_oidcc_3rd_party_init_login(suite: Suite) -> None:
    """initiate_login_uri: told back at registration, and where the record is read."""
    client = entered(suite, initiate_login_uri=INITIATE, **BASIC)
    assert client.told["initiate_login_uri"] == INITIATE
    path = str(client.told["registration_client_uri"]).removeprefix(ISSUER)
    bearer = f"Bearer {client.told['registration_access_token']}"
    answer = suite.house.ask("GET", path, headers={"Authorization": bearer})
    assert answer.status == 200, answer
    assert answer.header("Content-Type").startswith("application/json")
    assert answer.json()["initiate_login_uri"] == INITIATE


@pytest.mark.spec("OIDC Registration §2")
def test_oidcc_3rd_party_init_login_nohttps(suite: Suite) -> None:
    """initiate_login_uri over http: 400, invalid_client_metadata, no client."""
    address = INITIATE.replace("https:", "http:")
    said = metadata(initiate_login_uri=address, **BASIC)
    refused(ask(suite, said), "invalid_client_metadata")


FAILS_WITH: Final[Mapping[str, Fault]] = {
    "oidcc-3rd_party-init-login": in_json(
        "/oauth2/register", "POST", initiate_login_uri=None
    ),
    "oidcc-3rd_party-init-login-nohttps": silenced(oidc_registration.addresses_are_web),
}


def test_every_module_of_the_plan_has_its_test_and_its_mutant() -> None:
    assert set(PLANS["third_party"]) == FAILS_WITH.keys()


@pytest.mark.parametrize("name", PLANS["third_party"])
def test_a_module_fails_on_its_mutant(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    holds: Callable[[Suite], Any] = globals()[name_of_test(name)]
    FAILS_WITH[name](monkeypatch, suite)
    with pytest.raises((AssertionError, KeyError)):
        holds(suite)
