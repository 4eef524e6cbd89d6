"""What is typed as an id stays one segment of the address that is asked, or nothing is."""

import json
from pathlib import Path

import pytest

from server.cli import main
from server.cli.outcome import Exit
from tests.unit.server.hub import Answers, served
from tests.unit.server.test_cli import a_context

ID, QUOTED = "x?y#z", "x%3Fy%23z"
REPORT = {"client_id": "x", "profile": "oidc", "conforms": True, "reports": []}
ASKED = {
    ("clients", "check"): (f"/clients/{QUOTED}/conformance", REPORT),
    ("clients", "quickstart"): (f"/clients/{QUOTED}/quickstart", {"files": []}),
    ("clients", "show"): (f"/clients/{QUOTED}", {}),
    ("clients", "update", "--body", "BODY"): (f"/clients/{QUOTED}", {}),
    ("members", "edit", "--body", "BODY"): (f"/members/{QUOTED}", {}),
    ("audit", "prove"): (f"/audit/events/{QUOTED}/proof", {}),
    ("trace",): ("/audit/trace/X%3FY%23Z", {"events": []}),
    ("people", "import", "BODY", "--into"): (f"/imports/{QUOTED}/rows", {}),
}
NO_IDS = (".", "..", "../people", "https://rp.example/x")


def run(hub: Answers, folder: Path, *argv: str) -> int:
    context, body = folder / "context.json", folder / "body.jsonl"
    context.write_text(json.dumps(a_context(hub.base)))
    body.write_text("{}")
    said = [str(body) if word == "BODY" else word for word in argv]
    return main([*said, "--json", "--context", str(context)])


def asked(hub: Answers) -> set[str]:
    return {path.partition("?")[0] for _, path, _ in hub.seen if path.startswith("/api")}


@pytest.mark.spec("RFC 3986 §3.3")
@pytest.mark.parametrize("argv", ASKED, ids=" ".join)
def test_an_id_is_one_segment_whatever_is_in_it(
    tmp_path: Path, argv: tuple[str, ...]
) -> None:
    path, told = ASKED[argv]
    hub_said = Answers()
    hub_said.pages[f"/api/v1{path}"] = (200, {}, json.dumps(told))
    with served(hub_said) as hub:
        run(hub, tmp_path, *argv, ID)
    assert asked(hub) == {f"/api/v1{path}"}


@pytest.mark.spec("RFC 3986 §5.2.4")
@pytest.mark.parametrize("argv", ASKED, ids=" ".join)
def test_what_is_no_segment_is_wrong_use_and_nothing_is_asked(
    tmp_path: Path, argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with served(Answers()) as hub:
        for named in NO_IDS:
            assert run(hub, tmp_path, *argv, named) == Exit.WRONG_USE
            assert "is no id" in json.loads(capsys.readouterr().out)["error"]
    assert hub.seen == []


def test_nothing_is_no_id_either(tmp_path: Path) -> None:
    with served(Answers()) as hub:
        assert run(hub, tmp_path, "clients", "show", "") == Exit.WRONG_USE
    assert hub.seen == []


@pytest.mark.parametrize("act", ["check", "quickstart"])
def test_an_answer_that_is_another_is_told_and_ends_in_no_defect(
    tmp_path: Path, act: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record where a report was asked for: the members that are read are not there."""
    with served(Answers()) as hub:
        assert run(hub, tmp_path, "clients", act, "app") == Exit.NOT_FOUND_OUT
    assert "has no member" in json.loads(capsys.readouterr().out)["error"]
