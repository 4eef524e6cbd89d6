"""Command lines: what is typed, what is printed, which exit code ends it."""

import argparse
import importlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli import main
from server.cli.acts import Act, Handed
from server.cli.outcome import Exit, laid_out
from server.cli.policy import resolved
from server.cli.table import FAMILIES, Family

WANTED = frozenset(
    [
        "init",
        "serve",
        "worker",
        "portals",
        "demo",
        "migrate",
        "doctor",
        "keys",
        "people",
        "members",
        "clients",
        "chain",
        "policy",
        "realname",
        "ca",
        "audit",
        "registry-sim",
        "cert-agent",
        "mock-op",
    ]
)


def acts_of(module: str) -> tuple[Act, ...] | Handed:
    acts: tuple[Act, ...] | Handed = importlib.import_module(module).ACTS
    return acts


def test_every_command_of_the_plan_has_a_row() -> None:
    assert {row.name for row in FAMILIES} >= WANTED


@pytest.mark.parametrize("row", FAMILIES, ids=lambda row: row.name)
def test_every_command_has_acts_or_is_handed_on(row: Family) -> None:
    acts = acts_of(row.module)
    assert isinstance(acts, Handed) or all(isinstance(act, Act) for act in acts)


@pytest.mark.parametrize("row", FAMILIES, ids=lambda row: row.name)
def test_every_command_has_help(row: Family, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main([row.name, "--help"])
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    assert code == 0
    assert f"trusthub {row.name}" in capsys.readouterr().out


def test_every_changing_act_can_be_tried_without_doing_it() -> None:
    for row in FAMILIES:
        acts = acts_of(row.module)
        for act in () if isinstance(acts, Handed) else acts:
            parser_has = _flags(act)
            assert "--json" in parser_has
            assert ("--dry-run" in parser_has) == act.changes


def _flags(act: Act) -> set[str]:
    parser = argparse.ArgumentParser()
    act.fill(parser)
    return {flag for action in parser._actions for flag in action.option_strings}  # noqa: SLF001  argparse tells it nowhere else


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == Exit.DONE
    shown = capsys.readouterr().out
    assert all(row.name in shown for row in FAMILIES)


def test_help_imports_no_room() -> None:
    program = (
        "import sys; from server.cli import main; main(['--help']);"
        "rooms = {'idp', 'trustroot', 'audit', 'kernel', 'config', 'urllib3'};"
        "sys.exit(bool(rooms & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", program], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("argv", [[], ["nothing"], ["members"], ["members", "nothing"]])
def test_wrong_use_exits_2(argv: list[str]) -> None:
    assert main(argv) == Exit.WRONG_USE


def test_a_remote_command_without_context_exits_2_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TRUSTHUB_CONTEXT", raising=False)
    assert main(["members", "list"]) == Exit.WRONG_USE
    told = capsys.readouterr().err
    assert "What to do" in told
    assert "--context" in told


def test_an_api_out_of_reach_exits_3(tmp_path: Path) -> None:
    context = tmp_path / "context.json"
    context.write_text(json.dumps(a_context("http://127.0.0.1:9")))
    assert main(["members", "list", "--context", str(context)]) == Exit.NOT_FOUND_OUT


def test_a_dry_run_sends_nothing_and_shows_the_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = tmp_path / "context.json"
    context.write_text(json.dumps(a_context("http://127.0.0.1:9")))
    argv = ["members", "suspend", "some-id", "--reason", "r", "--basis", "b", "--dry-run"]
    assert main([*argv, "--json", "--context", str(context)]) == Exit.DONE
    sent = json.loads(capsys.readouterr().out)["would_send"]
    assert sent["url"] == "http://127.0.0.1:9/api/v1/members/some-id/suspend"
    assert sent["body"] == {"reason": "r", "basis": "b"}


@pytest.mark.spec("RFC 3986 §3.3")
def test_an_argument_never_leaves_its_segment_of_the_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = tmp_path / "context.json"
    context.write_text(json.dumps(a_context("http://127.0.0.1:9")))
    argv = ["members", "suspend", "x?y#z 甲", "--reason", "r", "--basis", "b"]
    assert main([*argv, "--dry-run", "--json", "--context", str(context)]) == Exit.DONE
    sent = json.loads(capsys.readouterr().out)["would_send"]
    assert sent["url"].endswith("/api/v1/members/x%3Fy%23z%20%E7%94%B2/suspend")


def test_missing_settings_exit_2_and_name_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "nothing.toml"
    assert main(["doctor", "--settings", str(missing)]) == Exit.WRONG_USE
    assert "nothing.toml" in capsys.readouterr().err


def a_context(base: str) -> dict[str, str]:
    return {
        "api": f"{base}/api/v1",
        "token_endpoint": f"{base}/oauth2/token",
        "client_id": "app-1",
        "client_secret": "s" * 32,
    }


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4")
def test_policies_are_merged_superior_first_and_applied() -> None:
    line = {
        "id": 7,
        "policies": [
            {"x": {"subset_of": ["a", "b"]}},
            {"x": {"subset_of": ["b", "c"]}},
        ],
        "metadata": {"x": ["a", "b", "c"]},
    }
    assert resolved(line) == {"id": 7, "resolved": {"x": ["b"]}}


@pytest.mark.spec("OpenID Federation 1.0 §6.1.3")
@pytest.mark.parametrize(
    ("policies", "metadata", "error"),
    [
        ([{"x": {"value": 1}}, {"x": {"value": 2}}], {}, "invalid_policy"),
        ([{"x": {"essential": True}}], {}, "invalid_metadata"),
        ("nothing", {}, "invalid_policy"),
        ([], "nothing", "invalid_metadata"),
    ],
)
def test_a_policy_that_does_not_hold_is_an_error_with_its_reason(
    policies: object, metadata: object, error: str
) -> None:
    answer = resolved({"id": "a", "policies": policies, "metadata": metadata})
    assert answer["error"] == error
    assert answer["id"] == "a"
    assert "resolved" not in answer


def test_filters_answer_line_by_line_and_survive_what_is_no_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = b'{"id": 1, "policies": [], "metadata": {"a": 1}}\nnonsense\n\n[1]\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert main(["policy", "apply", "--jsonl"]) == Exit.DONE
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"id": 1, "resolved": {"a": 1}}
    assert second["error"] == third["error"] == "malformed"


@pytest.mark.parametrize(
    ("number", "valid"), [("440106198803129024", None), ("11010519491231002X", True)]
)
def test_numbers_are_checked_by_form_only(
    number: str,
    valid: bool | None,  # noqa: FBT001  a column of the table
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = json.dumps({"id": "x", "type": "resident_id", "number": number}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    assert main(["realname", "check", "--jsonl"]) == Exit.DONE
    answer = json.loads(capsys.readouterr().out)
    assert answer["id"] == "x"
    assert number not in json.dumps({k: v for k, v in answer.items() if k != "id"})
    if valid is not None:
        assert answer["valid"] is valid


def test_answers_are_laid_out_for_reading() -> None:
    value = {"a": 1, "b": [], "c": {"d": True}, "e": [{"f": None}, "g"]}
    assert laid_out(value) == ["a: 1", "b: -", "c:", "  d: yes", "e:", "  - f: -", "  - g"]
