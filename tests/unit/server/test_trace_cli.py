"""`trusthub trace`: a reference explained, as a person and as a program reads it."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from server.cli import main
from server.cli.outcome import Exit
from tests.unit.server.hub import Answers, served
from tests.unit.server.test_cli import a_context

REFERENCE = "ABCDEFGH2345"
PATH = f"/api/v1/audit/trace/{REFERENCE}"
STEP = {
    "table": "STEPS",
    "number": 11,
    "of": 14,
    "rule": "challenge_is_there",
    "clause": "RFC 7636 §4.4.1: a server that requires PKCE",
}
WHY = {
    "code": "challenge_missing",
    "says_zh": "请求缺少 code_challenge",
    "says_en": "PKCE is mandatory",
    "about": "code_challenge",
    "certain": True,
    "steps": [STEP, {**STEP, "number": 0, "rule": "elsewhere"}],
}
BY_WHICH = "the event does not say by which of these"
EVENT = {
    "time": "2026-11-26T08:00:00.000000Z",
    "type": "oidc.authorization_refused",
    "outcome": "refused",
    "says_zh": "授权请求被拒绝",
    "says_en": "An authorization request was refused",
    "why": WHY,
    "event": {"relying_party": "app-1"},
}
FIRST = {**EVENT, "type": "oidc.request_pushed", "outcome": "done", "why": None}
TOLD: dict[str, object] = {
    "reference": REFERENCE,
    "interactions": [],
    "grants": [],
    "events": [FIRST, EVENT],
}


def run(
    folder: Path, *argv: str, status: int = 200, told: Mapping[str, object] = TOLD
) -> int:
    pages = {PATH: (status, {"Content-Type": "application/json"}, json.dumps(told))}
    with served(Answers(pages=pages)) as hub:
        context = folder / "context.json"
        context.write_text(json.dumps(a_context(hub.base)))
        return main(["trace", *argv, "--context", str(context)])


def test_a_trace_is_read_step_by_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, f" {REFERENCE.lower()} ") == Exit.DONE
    said = capsys.readouterr().out
    assert "✓ oidc.request_pushed" in said
    assert "✗ oidc.authorization_refused" in said
    assert "授权请求被拒绝" in said
    assert "→ challenge_missing: 请求缺少 code_challenge" in said
    assert "STEPS 11/14 challenge_is_there: RFC 7636 §4.4.1" in said
    assert "      elsewhere: RFC 7636" in said
    assert "it is about: code_challenge" in said
    assert BY_WHICH not in said


def test_candidates_are_told_as_candidates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = {**EVENT, "why": {**WHY, "about": "", "certain": False}}
    assert run(tmp_path, REFERENCE, told={**TOLD, "events": [old]}) == Exit.DONE
    said = capsys.readouterr().out
    assert BY_WHICH in said
    assert "it is about" not in said


def test_a_program_reads_it_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, REFERENCE, "--json") == Exit.DONE
    assert json.loads(capsys.readouterr().out) == TOLD


def test_who_finds_no_event_is_told_where_else_to_look(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = {"title": "No event", "code": "nothing_traced"}
    assert run(tmp_path, REFERENCE, status=404, told=problem) == Exit.REFUSED
    said = capsys.readouterr().err
    assert f"grep {REFERENCE}" in said
    assert "standard error of `trusthub serve`" in said


def test_another_refusal_sends_nobody_to_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = {"title": "Not for you", "code": "access_denied"}
    assert run(tmp_path, REFERENCE, status=403, told=problem) == Exit.REFUSED
    assert "grep" not in capsys.readouterr().err
