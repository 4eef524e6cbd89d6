"""The demo as a newcomer meets it: up, walked, refused where it must be, and down again."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from server.demo.wish import LETTERS
from tests.flows.nation import Nation, demo, is_free, running, trusthub

# Journey → the line at which its planted fault must end the walk.
ENDS_AT = {"a": "a5", "b": "b1", "c": "c2", "d": "d2", "e": "e1", "f": "f2", "g": "g3"}
ENDS_AT |= {"h": "h4", "i": "i1", "j": "j2", "k": "k1", "l": "l1", "m": "m1"}
ENDS_AT |= {"n": "n1", "o": "o3", "p": "p2", "q": "q1", "r": "r2"}
FIELDS = {
    "version": int,
    "ca_file": None,
    "outbox": str,
    "national": dict,
    "provinces": list,
    "cities": list,
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


def test_every_journey_has_its_planted_fault() -> None:
    assert set(ENDS_AT) == set(LETTERS)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_planted_fault_ends_the_walk_at_its_line(nation: Nation, letter: str) -> None:
    walked = nation.walk(letter, plant=letter)
    assert walked.returncode == 1, walked.stdout + walked.stderr
    steps = [s for s in walked.stdout.splitlines() if s.startswith(("  ok ", "  FAIL"))]
    assert steps[-1].startswith(f"  FAIL {ENDS_AT[letter]} "), walked.stdout
    assert walked.stdout.count("FAIL") == 1


def test_the_card_has_every_field(nation: Nation) -> None:
    card = json.loads((nation.folder / "demo.json").read_text("utf-8"))
    assert {name: None if v is None else type(v) for name, v in card.items()} == FIELDS
    assert {p["code"] for p in card["provinces"]} == {"44", "51"}
    assert any(p["kind"] == "natural" and p["province"] is None for p in card["people"])
    kinds = {person["kind"] for person in card["people"]}
    assert kinds == {"natural", "legal_agent", "civil_servant", "operator", "auditor"}
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


@pytest.mark.parametrize("base", [0, 65_500, 230_010])
def test_a_base_without_a_hundred_ports_is_wrong_use(base: int, tmp_path: Path) -> None:
    assert demo(tmp_path / "demo", base).returncode == 2
    assert not (tmp_path / "demo").exists()


def test_an_unknown_journey_is_wrong_use_and_starts_nothing(tmp_path: Path) -> None:
    assert demo(tmp_path / "demo", 8400, "--check", "z").returncode == 2
    assert not (tmp_path / "demo").exists()


READS = (
    ("operator1", "members list"),
    ("operator1", "clients list"),
    ("operator1", "people list"),
    ("operator1", "keys list"),
    ("operator1", "providers list"),
    ("operator1", "chain list"),
    ("operator1", "ca list"),
    ("operator1", "people organisations"),
    ("auditor", "audit search --limit 5"),
)


@pytest.mark.parametrize(("who", "line"), READS, ids=lambda value: value)
def test_commands_read_over_the_api(nation: Nation, who: str, line: str) -> None:
    context = nation.folder / "national" / "contexts" / f"{who}.json"
    code, shown = trusthub(*line.split(), "--json", "--context", str(context))
    assert code == 0, shown
    rows = next(value for value in json.loads(shown).values() if isinstance(value, list))
    assert rows, shown


def test_an_event_is_proven_offline_and_an_altered_one_is_not(
    nation: Nation, tmp_path: Path
) -> None:
    context = str(nation.folder / "national" / "contexts" / "auditor.json")
    card = json.loads((nation.folder / "demo.json").read_text("utf-8"))
    code, shown = trusthub(
        "audit", "search", "--limit", "1", "--json", "--context", context
    )
    event, proof = json.loads(shown)["events"][0]["event"]["id"], tmp_path / "proof.json"
    code, shown = trusthub(
        "audit", "prove", event, "--out", str(proof), "--context", context
    )
    assert code == 0, shown
    vkey = card["national"]["log"]["vkey"]
    code, shown = trusthub("audit", "verify", str(proof), "--vkey", vkey)
    assert code == 0, shown
    for step in ("signature", "inclusion", "commitment"):
        assert f"ok    {step}" in shown
    held = json.loads(proof.read_text("utf-8"))
    held["event"]["type"] = "oidc.nothing_happened"
    proof.write_text(json.dumps(held), "utf-8")
    code, shown = trusthub("audit", "verify", str(proof), "--vkey", vkey)
    assert code == 1
    assert "FAIL" in shown


def test_one_person_cannot_do_what_takes_two(nation: Nation) -> None:
    context = str(nation.folder / "national" / "contexts" / "operator1.json")
    _, shown = trusthub("members", "list", "--json", "--context", context)
    member = json.loads(shown)["members"][0]["id"]
    grounds = ("--reason", "r", "--basis", "b", "--proportionality", "p")
    said = (*grounds, "--json", "--context", context)
    code, shown = trusthub("members", "withdraw", member, *said)
    assert code == 0, shown
    proposal = json.loads(shown)
    accept = ("members", "accept", proposal["id"], "--digest", proposal["digest"])
    code, shown = trusthub(*accept, "--json", "--context", context)
    assert code == 1, shown
    assert json.loads(shown)["code"] == "same_person"
    _, shown = trusthub("members", "show", member, "--json", "--context", context)
    assert json.loads(shown)["state"] == "active"


def test_it_ends_every_process_and_goes_on_with_its_data(nation: Nation) -> None:
    """The last test of this file: it ends the demo that the others use."""
    before = json.loads((nation.folder / "demo.json").read_text("utf-8"))
    assert nation.end() == 0, nation.log()
    assert all(is_free(nation.base + port) for port in (0, 1, 10, 20, 40, 41, 60, 61, 62))
    with running(nation.folder, base=nation.base) as again:
        after = json.loads((nation.folder / "demo.json").read_text("utf-8"))
        walked = again.walk("a")
        killed = again.kill_one()
        assert again.process.wait(timeout=60) == 3
    assert f"{killed} ended with exit code" in again.log()
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert after == before
