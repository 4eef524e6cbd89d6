"""The demo as a newcomer meets it: up, walked, refused where it must be, and down again."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.flows.nation import Nation, demo, is_free, running

LETTERS = "abcdefg"
# Journey → the line at which its planted fault must end the walk.
ENDS_AT = {"a": "a5", "b": "b1", "c": "c2", "d": "d2", "e": "e1", "f": "f2", "g": "g3"}
FIELDS = {
    "version": int,
    "ca_file": None,
    "outbox": str,
    "national": dict,
    "provinces": list,
    "providers": list,
    "portals": dict,
    "people": list,
    "clients": list,
    "contexts": dict,
}


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    with running(tmp_path_factory.mktemp("nation") / "demo") as up:
        yield up


def test_every_journey_holds(nation: Nation) -> None:
    walked = nation.walk()
    assert walked.returncode == 0, walked.stdout + walked.stderr + nation.log()
    for letter in LETTERS:
        assert f"\n({letter}) " in f"\n{walked.stdout}"
        assert f"  ok   {letter}1 " in walked.stdout
    assert "FAIL" not in walked.stdout


@pytest.mark.parametrize("letter", LETTERS)
def test_a_planted_fault_ends_the_walk_at_its_line(nation: Nation, letter: str) -> None:
    walked = nation.walk(letter, plant=letter)
    assert walked.returncode == 1, walked.stdout + walked.stderr
    lines = [line.strip() for line in walked.stdout.splitlines() if line.strip()]
    assert lines[-1].startswith(f"FAIL {ENDS_AT[letter]} "), walked.stdout
    assert walked.stdout.count("FAIL") == 1


def test_the_card_has_every_field(nation: Nation) -> None:
    card = json.loads((nation.folder / "demo.json").read_text("utf-8"))
    assert {name: None if v is None else type(v) for name, v in card.items()} == FIELDS
    assert {p["code"] for p in card["provinces"]} == {"44", "51"}
    assert any(p["kind"] == "natural" and p["province"] is None for p in card["people"])
    assert set(card["contexts"]) == {"operator1", "operator2", "auditor", "province44"}
    for path in card["contexts"].values():
        assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600


def test_addresses_of_the_card_answer(nation: Nation) -> None:
    card = json.loads((nation.folder / "demo.json").read_text("utf-8"))
    addresses = [
        card["portals"]["public"],
        card["national"]["management"] + "/health/ready",
        card["national"]["log"]["url"] + "/checkpoint",
        card["national"]["trust_anchor"] + "/.well-known/openid-federation",
        *(province["portal"] for province in card["provinces"]),
    ]
    for address in addresses:
        assert urllib3.request("GET", address, redirect=False).status < 400, address


def test_ports_in_use_are_named_and_nothing_is_started(
    nation: Nation, tmp_path: Path
) -> None:
    refused = demo(tmp_path / "other", nation.base)
    assert refused.returncode == 2
    assert str(nation.base) in refused.stderr
    assert "What to do" in refused.stderr
    assert not (tmp_path / "other" / "national").exists()


def test_an_unknown_journey_is_wrong_use(nation: Nation) -> None:
    assert nation.walk("z").returncode == 2


def test_it_ends_every_process_and_goes_on_with_its_data(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running(folder) as first:
        before = json.loads((folder / "demo.json").read_text("utf-8"))
    assert first.process.returncode in {0, 130}, first.log()
    assert all(is_free(first.base + offset) for offset in (0, 1, 10, 20, 40, 41, 60, 61))
    with running(folder) as second:
        after = json.loads((folder / "demo.json").read_text("utf-8"))
        assert second.walk("a").returncode == 0
    assert after["people"] == before["people"]
    assert after["national"]["trust_anchor_jwks"] == before["national"]["trust_anchor_jwks"]
