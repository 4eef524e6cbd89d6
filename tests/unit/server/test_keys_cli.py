"""``trusthub keys``: ceremonies without a network, and what the other acts would send."""

import hashlib
import json
from enum import StrEnum
from pathlib import Path

import pytest

from server.cli import main
from server.cli.outcome import Exit
from trustroot.keys.domain import Purpose, Reason

PLAN = """
title = "演练"
present = ["甲", "乙"]
transcript = "transcript.jsonl"

[[steps]]
act = "make-root-key"
holder = "甲"
key = "a.key"
public = "a.json"
passphrase_file = "a.words"

[[steps]]
act = "make-root"
public = ["a.json"]
threshold = 1
root = "root.json"

[[steps]]
act = "draft"
anchor = "https://nation.example/trust"
jwks = "anchor.json"
days = 30
endorsement = "endorsement.json"
"""
PUBLIC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "anchor-1",
    "alg": "ES256",
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "a.words").write_text("correct horse battery\n")
    (tmp_path / "anchor.json").write_text(json.dumps({"keys": [PUBLIC]}))
    path = tmp_path / "ceremony.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    said: dict[str, object] = json.loads(capsys.readouterr().out)
    return said


def test_a_ceremony_is_rehearsed_held_signed_and_read_again(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = plan.parent
    before = sorted(path.name for path in folder.iterdir())
    assert main(["keys", "ceremony", str(plan), "--dry-run", "--json"]) == Exit.DONE
    rehearsed = told(capsys)
    assert rehearsed["would_do"] == ["make-root-key", "make-root", "draft"]
    assert sorted(path.name for path in folder.iterdir()) == before

    digest = str(rehearsed["digest"])
    assert main(["keys", "ceremony", str(plan), "--digest", digest, "--json"]) == Exit.DONE
    held = told(capsys)
    endorsing = [
        *("keys", "endorse", str(folder / "endorsement.json")),
        *("--key", str(folder / "a.key"), "--passphrase-file", str(folder / "a.words")),
    ]
    assert main([*endorsing, "--dry-run"]) == Exit.DONE
    assert json.loads((folder / "endorsement.json").read_text())["signatures"] == []
    assert main(endorsing) == Exit.DONE
    assert len(json.loads((folder / "endorsement.json").read_text())["signatures"]) == 1

    capsys.readouterr()
    transcript = str(folder / "transcript.jsonl")
    assert main(["keys", "transcript", transcript, "--json"]) == Exit.DONE
    assert told(capsys)["last_line"] == held["last_line"]
    Path(transcript).write_bytes(Path(transcript).read_bytes().replace(b"draft", b"craft"))
    assert main(["keys", "transcript", transcript]) == Exit.REFUSED


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ((), Exit.WRONG_USE),
        (("--digest", "xyz"), Exit.WRONG_USE),
        (("--digest", "00" * 32), Exit.REFUSED),
    ],
)
def test_without_the_reviewed_digest_nothing_is_made(
    plan: Path, more: tuple[str, ...], code: Exit
) -> None:
    assert main(["keys", "ceremony", str(plan), *more]) == code
    assert not (plan.parent / "a.key").exists()
    assert not (plan.parent / "transcript.jsonl").exists()


def test_an_online_step_without_a_context_ends_in_not_found_out(plan: Path) -> None:
    text = PLAN + '\n[[steps]]\nact = "announce"\njwks = "shown.json"\n'
    plan.write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = main(["keys", "ceremony", str(plan), "--digest", digest])
    assert found == Exit.NOT_FOUND_OUT
    assert b"ceremony_offline" in (plan.parent / "transcript.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("argv", "path", "body"),
    [
        (
            ["rotate", "anchor", "--emergency", "--reason", "compromised"],
            "/keys/rotate",
            {"purpose": "anchor", "emergency": True, "reason": "compromised", "note": ""},
        ),
        (
            ["distrust", "kid-1", "--reason", "compromised", "--note", "seen"],
            "/keys/distrust",
            {"kid": "kid-1", "reason": "compromised", "note": "seen"},
        ),
        (
            ["confirm", "kid-1", "--digest", "ab"],
            "/keys/confirm",
            {"kid": "kid-1", "digest": "ab"},
        ),
    ],
)
def test_a_dry_run_says_what_would_be_sent(
    argv: list[str],
    path: str,
    body: dict[str, object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    context = tmp_path / "context.json"
    said = {
        "api": "http://127.0.0.1:9/api/v1",
        "token_endpoint": "http://127.0.0.1:9/oauth2/token",
        "client_id": "c",
        "client_secret": "s",
    }
    context.write_text(json.dumps(said))
    words = ["keys", *argv, "--context", str(context), "--dry-run", "--json"]
    assert main(words) == Exit.DONE
    sent = told(capsys)["would_send"]
    assert isinstance(sent, dict)
    assert sent["url"].endswith(path)
    assert sent["body"] == body


@pytest.mark.parametrize(
    ("argv", "values"),
    [
        (["rotate", "token"], Purpose),
        (["history", "token"], Purpose),
        (["rotate", "tokens", "--reason", "bored"], Reason),
        (["distrust", "kid-1", "--reason", "bored"], Reason),
    ],
)
def test_a_word_that_is_none_of_them_is_answered_with_all_of_them(
    argv: list[str],
    values: type[StrEnum],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "2000")  # help breaks no word then
    assert main(["keys", *argv, "--json"]) == Exit.WRONG_USE
    error = str(told(capsys)["error"])
    assert all(value in error for value in values)
    assert main(["keys", argv[0], "--help"]) == Exit.DONE
    shown = capsys.readouterr().out
    assert all(value in shown for value in values)
