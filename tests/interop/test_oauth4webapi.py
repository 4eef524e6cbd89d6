"""npm `oauth4webapi`, the strictest reader of answers, with a hub that is served."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from idp.clients.domain import AuthMethod, GrantType
from tests.attacks.house import BACK, NAME
from tests.attacks.stage import register
from tests.flows.openid.registering import ticket
from tests.flows.openid.suite import Suite
from tests.interop.conftest import Node, installed
from tests.interop.served import Hub, served
from tests.interop.test_openid_client import named, strong_client

pytestmark = pytest.mark.interop

HERE: Final = Path(__file__).parent


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with served(tmp_path_factory.mktemp("oauth4webapi") / "hub") as up:
        yield up


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    return installed(HERE / "oauth4webapi", tmp_path_factory.mktemp("npm") / "node")


def tried(hub: Hub, node: Node, scenario: str, **told: object) -> Mapping[str, Any]:
    argv = [shutil.which("node") or "node", "talk.mjs"]
    return hub.talk(argv, node.folder, {"scenario": scenario, "scope": "openid", **told})


@pytest.mark.spec("OIDC Core §3.1; RFC 9207; RFC 7662; RFC 7009")
def test_it_signs_somebody_in_refreshes_looks_and_revokes(hub: Hub, node: Node) -> None:
    client = register(hub.house, "web", token_endpoint_auth_method=AuthMethod.POST)
    done = tried(hub, node, "code", **named(client), scope="openid profile")
    assert done == {"name": NAME, "live": True, "after": False}


@pytest.mark.spec("FAPI 2.0 §5.3.2; RFC 9126; RFC 9449; RFC 7523; RFC 9864 §2.2")
@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
def test_it_pushes_signs_and_proves_possession(hub: Hub, node: Node, alg: str) -> None:
    done = tried(hub, node, "strong", **strong_client(hub, alg), proven_by=alg)
    assert done == {"type": "dpop", "same": True}


@pytest.mark.spec("RFC 8628 §3.5")
def test_it_waits_for_a_device_and_then_has_tokens(hub: Hub, node: Node) -> None:
    client = register(
        hub.house,
        "web-device",
        grant_types=(GrantType.DEVICE_CODE,),
        redirect_uris=(),
        token_endpoint_auth_method=AuthMethod.POST,
    )
    done = tried(hub, node, "device", **named(client))
    assert done["waits"] == "authorization_pending"
    assert (done["type"], bool(done["sub"])) == ("bearer", True)


@pytest.mark.spec("RFC 7591 §3")
def test_it_registers_itself(hub: Hub, node: Node) -> None:
    metadata = {"client_name": "Web", "redirect_uris": [BACK]}
    token = ticket(Suite(hub.house))
    done = tried(hub, node, "register", client_id="none", metadata=metadata, token=token)
    assert done["id"]
    assert done["secret"] == "string"
