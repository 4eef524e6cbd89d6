"""npm `openid-client`, a certified relying party, with a hub that is served."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from joserfc.jwk import ECKey, KeyParameters, OKPKey

from idp.clients.domain import AuthMethod, GrantType, Profile
from idp.clients.messages import ExchangeBody
from idp.oidc.domain.transfers import TICKET_TYPE
from tests.attacks.house import NAME, Registered
from tests.attacks.stage import register
from tests.flows.openid.suite import Suite
from tests.interop.conftest import Node, installed
from tests.interop.served import Hub, served

pytestmark = pytest.mark.interop

HERE: Final = Path(__file__).parent
STRONG_BACK: Final = "https://rp.example/back"
"""The profile takes no address of the own machine."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with served(tmp_path_factory.mktemp("openid-client") / "hub") as up:
        yield up


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    return installed(HERE / "openid_client", tmp_path_factory.mktemp("npm") / "node")


def tried(hub: Hub, node: Node, scenario: str, **told: object) -> Mapping[str, Any]:
    argv = [shutil.which("node") or "node", "talk.mjs"]
    return hub.talk(argv, node.folder, {"scenario": scenario, "scope": "openid", **told})


def named(client: Registered) -> dict[str, object]:
    return {"client_id": client.id, "client_secret": client.secret}


@pytest.mark.spec("OIDC Core §3.1; RFC 7662; RFC 7009")
def test_it_signs_somebody_in_refreshes_looks_and_revokes(hub: Hub, node: Node) -> None:
    client = register(hub.house, "npm")
    scope = "openid profile offline_access"
    done = tried(hub, node, "code", **named(client), scope=scope)
    assert done == {"name": NAME, "same": True, "live": True, "after": False}


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode §2")
def test_it_takes_an_answer_by_form(hub: Hub, node: Node) -> None:
    client = register(hub.house, "npm-form")
    assert tried(hub, node, "form_post", **named(client))["sub"]


@pytest.mark.spec("FAPI 2.0 §5.3.2; RFC 9126; RFC 9449; RFC 7523")
def test_it_pushes_signs_and_proves_possession(hub: Hub, node: Node) -> None:
    strong = strong_client(hub)
    done = tried(hub, node, "strong", **strong)
    assert done == {"type": "dpop", "same": True, "bare": 401}


@pytest.mark.spec("RFC 8628 §3")
def test_it_signs_somebody_in_on_a_device(hub: Hub, node: Node) -> None:
    client = register(hub.house, "npm-device", grant_types=_device(), redirect_uris=())
    done = tried(hub, node, "device", **named(client))
    assert done["type"] == "bearer"
    assert done["sub"]


@pytest.mark.spec("RFC 8693 §2")
def test_it_exchanges_a_token_for_a_ticket(hub: Hub, node: Node) -> None:
    other = register(hub.house, "npm-other")
    pair = ExchangeBody(audience=other.id, may_transfer=True)
    grants = (GrantType.AUTHORIZATION_CODE, GrantType.TOKEN_EXCHANGE)
    client = register(hub.house, "npm-exchange", grant_types=grants, exchanges=(pair,))
    asked = {
        "grant_type": GrantType.TOKEN_EXCHANGE.value,
        "requested_token_type": TICKET_TYPE,
        "audience": other.id,
    }
    done = tried(hub, node, "exchange", **named(client), **asked)
    assert done == {"type": TICKET_TYPE, "given": "string"}


@pytest.mark.spec("RFC 6749 §4.4")
def test_it_gets_a_token_of_its_own(hub: Hub, node: Node) -> None:
    grants = (GrantType.CLIENT_CREDENTIALS,)
    client = register(
        hub.house, "npm-own", grant_types=grants, redirect_uris=(), sector="npm-own"
    )
    done = tried(hub, node, "credentials", **named(client))
    assert done["type"] == "bearer"
    assert 0 < done["lives"] <= 300


def strong_client(hub: Hub, alg: str = "ES256") -> dict[str, object]:
    """Register a client of the profile fapi2-security with a key of its own."""
    about = KeyParameters(kid="strong", use="sig", alg=alg)
    key = (
        ECKey.generate_key("P-256", about)
        if alg == "ES256"
        else OKPKey.generate_key("Ed25519", about)
    )
    party = Suite(hub.house).party(
        profile=Profile.FAPI2,
        redirect_uris=(STRONG_BACK,),
        post_logout_redirect_uris=(),
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY,
        jwks={"keys": [key.as_dict(private=False)]},
        dpop_bound_access_tokens=True,
        require_pushed_authorization_requests=True,
        with_challenge=True,
    )
    private = key.as_dict(private=True)
    return {"client_id": party.id, "jwk": private, "redirect_uri": STRONG_BACK}


def _device() -> tuple[GrantType, ...]:
    return (GrantType.DEVICE_CODE,)
