"""PyPI `ofcli`, the tool of other federations' operators, reads ours."""

import json
from pathlib import Path
from typing import Final, cast

import pytest

from tests.flows.nation import Nation
from tests.interop.conftest import environment, ran

pytestmark = [pytest.mark.interop, pytest.mark.spec("OpenID Federation 1.0 §8")]

LOCK: Final = Path(__file__).parent / "ofcli" / "requirements.lock"


@pytest.fixture(scope="module")
def ofcli(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(LOCK, tmp_path_factory.mktemp("ofcli") / "env") / "ofcli"


@pytest.fixture
def card(nation: Nation) -> dict[str, dict[str, str]]:
    said: dict[str, dict[str, str]] = json.loads(
        (nation.folder / "demo.json").read_text("utf-8")
    )
    return said


def asked(ofcli: Path, *argv: str) -> str:
    return ran([str(ofcli), *argv], LOCK.parent)


def test_it_lists_our_subordinates(
    ofcli: Path, card: dict[str, dict[str, str]], nation: Nation
) -> None:
    del nation
    listed = asked(ofcli, "list", card["national"]["trust_anchor"])
    provinces = cast("list[dict[str, str]]", card["provinces"])
    for province in provinces:
        assert province["trust_anchor"] in listed


@pytest.mark.spec("OpenID Federation 1.0 §8.1")
def test_it_fetches_and_verifies_what_we_say_of_a_province(
    ofcli: Path, card: dict[str, dict[str, str]]
) -> None:
    root = card["national"]["trust_anchor"]
    province = cast("list[dict[str, str]]", card["provinces"])[0]["trust_anchor"]
    said = json.loads(asked(ofcli, "fetch", province, root))
    assert (said["iss"], said["sub"]) == (root, province)


@pytest.mark.spec("OpenID Federation 1.0 §10")
def test_it_builds_the_chain_of_a_city(
    ofcli: Path, card: dict[str, dict[str, str]]
) -> None:
    (city,) = cast("list[dict[str, str]]", card["cities"])
    root = card["national"]["trust_anchor"]
    chains = asked(ofcli, "trustchains", city["issuer"], "--ta", root)
    for entity in (city["trust_anchor"], city["superior"], root):
        assert entity in chains


@pytest.mark.spec("OpenID Federation 1.0 §6.1")
def test_it_resolves_the_same_levels_as_we_do(
    ofcli: Path, card: dict[str, dict[str, str]]
) -> None:
    (city,) = cast("list[dict[str, str]]", card["cities"])
    root = card["national"]["trust_anchor"]
    resolved = json.loads(
        asked(
            ofcli,
            *("resolve", city["issuer"], "--ta", root),
            *("--entity-type", "openid_provider"),
        )
    )
    assert resolved["issuer"] == city["issuer"]
    levels = [f"urn:trusthub:loa:{level}" for level in (1, 2, 3)]
    assert sorted(resolved["acr_values_supported"]) == levels
