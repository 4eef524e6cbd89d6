"""npm `@openid-federation/core` verifies chains of ours, and we those that it makes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

import pytest

from federation.domain import Anchor
from federation.errors import ChainRefused
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from tests.flows.nation import Nation
from tests.interop.conftest import Node, installed

pytestmark = [pytest.mark.interop, pytest.mark.spec("OpenID Federation 1.0 §10")]

HERE: Final = Path(__file__).parent / "federation_core"
ANCHOR: Final = EntityId("https://anchor.example")


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Node:
    return installed(HERE, tmp_path_factory.mktemp("core") / "node")


def members(said: object) -> dict[str, object]:
    return cast("dict[str, object]", said)


def card(nation: Nation) -> dict[str, dict[str, str]]:
    said: dict[str, dict[str, str]] = json.loads(
        (nation.folder / "demo.json").read_text("utf-8")
    )
    return said


def test_it_resolves_a_province_of_ours(core: Node, nation: Nation) -> None:
    anchor = card(nation)["national"]["trust_anchor"]
    province = cast("list[dict[str, str]]", card(nation)["provinces"])[0]
    said = members(core.run("chain.mjs", "resolve", province["issuer"], anchor))
    assert said["chains"] == 1
    subjects = cast("list[str]", said["subjects"])
    assert (subjects[0], subjects[-1]) == (province["issuer"], anchor)
    provider = members(members(said["metadata"])["openid_provider"])
    assert provider["issuer"] == province["issuer"]
    assert "urn:trusthub:loa:3" in cast("list[str]", provider["acr_values_supported"])


@pytest.mark.spec("OpenID Federation 1.0 §6.1.3")
def test_it_merges_the_policies_above_a_city_as_we_do(core: Node, nation: Nation) -> None:
    anchor = card(nation)["national"]["trust_anchor"]
    (city,) = cast("list[dict[str, str]]", card(nation)["cities"])
    said = members(core.run("chain.mjs", "superiors", city["issuer"], anchor))
    path = [city["issuer"], city["trust_anchor"], city["superior"], anchor]
    assert said["entities"] == path
    merged = members(members(said["policy"])["openid_provider"])
    levels = cast("list[str]", members(merged["acr_values_supported"])["subset_of"])
    assert sorted(levels) == [f"urn:trusthub:loa:{level}" for level in (1, 2, 3)]


def test_it_refuses_a_configuration_of_ours_whose_signature_fails(
    core: Node, nation: Nation
) -> None:
    anchor = card(nation)["national"]["trust_anchor"]
    assert members(core.run("chain.mjs", "tampered", anchor))["refused"] is True


def test_we_verify_a_chain_that_it_made(core: Node) -> None:
    said = members(core.run("chain.mjs", "make"))
    keys = KeySet.parse(members(said["anchor"]))
    tokens = cast("list[str]", said["tokens"])
    chain = ChainVerifier({ANCHOR: Anchor(ANCHOR, keys)}).verify(tokens, datetime.now(UTC))
    assert chain.anchor == ANCHOR
    contacts = chain.metadata["openid_relying_party"]["contacts"]
    assert contacts == ["ops@leaf.example", "ops@middle.example"]


def test_we_refuse_its_chain_under_another_anchors_keys(core: Node) -> None:
    made, other = (members(core.run("chain.mjs", "make")) for _ in range(2))
    keys = KeySet.parse(members(other["anchor"]))
    tokens = cast("list[str]", made["tokens"])
    with pytest.raises(ChainRefused):
        ChainVerifier({ANCHOR: Anchor(ANCHOR, keys)}).verify(tokens, datetime.now(UTC))
