"""Every planted fault of a plain provider is refused under its own name, over real HTTP."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3

from peers.mock_op.build import parser, server
from peers.mock_op.domain import Fault
from server.cli import main
from tests.faults.installation import free_port
from tests.flows.federation_rp.hub import Hub, running_hub, sign_in_through
from tests.unit.peers.running import running

CLIENT = "hub-at-pay"
LEVEL_THERE = "urn:sample-pay:verified"
SEEN_WITHIN_S = 15.0
"""The register is read anew every five seconds (`RepresentedMembers`)."""
SECRET = "the-hubs-own-secret-at-pay"
PEOPLE = [
    {
        "username": f"person{number}",
        "password": "Person-2026",
        "acr": LEVEL_THERE,
        "claims": {"name": "赵明"},
    }
    for number in range(40)
]
REASONS = {
    Fault.WRONG_ISS: "id_token_issuer",
    Fault.WRONG_AUD: "id_token_audience",
    Fault.WRONG_NONCE: "id_token_nonce",
    Fault.MISSING_NONCE: "id_token_nonce_missing",
    Fault.EXPIRED: "id_token_expired",
    Fault.FUTURE: "id_token_from_future",
    Fault.ALG_NONE: "id_token_unsigned",
    Fault.HS256: "id_token_symmetric",
    Fault.BAD_SIGNATURE: "id_token_signature",
    Fault.UNPUBLISHED_KEY: "id_token_key_unknown",
    Fault.NO_SUB: "id_token_subject",
    Fault.OTHER_SUB_IN_USERINFO: "userinfo_of_another",
    Fault.WRONG_ISS_PARAMETER: "issuer_mixed_up",
    Fault.LOW_ACR: "level_not_met",
    Fault.SEVERAL_AUD_WITHOUT_AZP: "id_token_party",
    Fault.OVERSIZE: "upstream_answer_too_large",
    Fault.SLOW: "upstream_slow",
}


@dataclass
class World:
    """A hub, and a company's provider that signs people in for it."""

    hub: Hub
    provider: str

    def switch(self, *faults: Fault) -> None:
        body = json.dumps({"faults": faults, "slow_ms": 6_000})
        kind = {"content-type": "application/json"}
        reply = urllib3.request("POST", f"{self.provider}/faults", body=body, headers=kind)
        assert reply.status == 200


def clients_file(hub_port: int) -> dict[str, Any]:
    client = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [f"http://localhost:{hub_port}/broker/pay/callback"],
    }
    return {"clients": [client]}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("mock-op")
    (folder / "hub").mkdir()
    port = free_port()
    (folder / "people.json").write_text(json.dumps({"people": PEOPLE}), "utf-8")
    (folder / "clients.json").write_text(json.dumps(clients_file(port)), "utf-8")
    said = [
        "--port=0",
        f"--people={folder}/people.json",
        f"--clients={folder}/clients.json",
    ]
    with running(server(parser().parse_args(said))) as url:  # noqa: SIM117  one after one
        with running_hub(folder / "hub", port) as hub:
            join(hub, url, folder)
            yield World(hub, url)


def join(hub: Hub, url: str, folder: Path) -> None:
    """Let the provider join as it is: by one command and two persons."""
    (folder / "secret").write_text(SECRET, "utf-8")
    context = str(hub.folder / "contexts" / "operator1.json")
    said = (
        *("members", "join", "--context", context, "--slug", "pay"),
        *("--discovery", f"{url}/.well-known/openid-configuration"),
        *("--client-id", CLIENT, "--client-secret-file", str(folder / "secret")),
        *("--ceiling", "2", "--level", f"{LEVEL_THERE}=2"),
        *("--name-zh", "示例支付身份（测试）", "--name-en", "Sample Pay (test)"),
        *("--contact", "mailto:ops@pay.example"),
    )
    assert main(said) == 0
    rows = hub.official(1).get("/members", {"limit": "200"}).rows("members")
    hub.approve(next(str(row["id"]) for row in rows if row["entity_id"] == url))
    hub.work("publish.sign", "federation.members")
    hub.work("federation.refresh", "federation.retry")
    until = time.monotonic() + SEEN_WITHIN_S
    while not hub.official(1).get("/providers").rows("providers"):
        assert time.monotonic() < until, "the member is not listed"
        time.sleep(0.2)


def who(number: int) -> dict[str, str]:
    return {"username": f"person{number}", "password": "Person-2026"}


@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize("fault", Fault)
def test_a_fault_is_refused_by_name_and_nobody_comes_into_being(
    world: World, fault: Fault
) -> None:
    """And without it the same person signs in: it was the fault that was refused."""
    before, refused = world.hub.counts(), len(world.hub.reasons())
    person = who(list(Fault).index(fault))
    world.switch(fault)
    try:
        page = sign_in_through(world.hub, "pay", person)
    finally:
        world.switch()
    assert page.error is not None, page.described
    assert page.error[0] == REASONS[fault]
    assert page.error[1]
    assert page.status >= 400
    assert page.url.startswith(f"{world.hub.issuer}/broker/pay/callback")
    assert world.hub.reasons()[refused:] == [REASONS[fault]]
    assert world.hub.counts() == before
    landed = sign_in_through(world.hub, "pay", person)
    assert landed.url.startswith(f"{world.hub.back}?code="), landed.described
    assert world.hub.counts() == tuple(number + 1 for number in before)


def test_no_two_faults_have_one_reason() -> None:
    assert REASONS.keys() == set(Fault)
    assert len(set(REASONS.values())) == len(Fault)
