"""`trusthub clients check`, `quickstart`, `ticket`: what they send and what they say."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.cli import main
from server.cli.outcome import Exit
from tests.unit.server.hub import Answers, served
from tests.unit.server.test_cli import a_context

LINE = {
    "clause": "OAuth 2.1 §4.2",
    "strength": "must",
    "by": "record",
    "holds": "broken",
    "says_zh": "只有机密客户端可以用",
    "says_en": "Only a confidential client",
}
REPORT = {"name": "OAuth 2.1", "required": True, "conforms": False, "lines": [LINE]}
FILES = [{"name": "../curl.sh", "text": "echo hello\n"}]


def run(folder: Path, path: str, told: Any, *argv: str) -> int:  # noqa: ANN401  JSON
    pages = {path: (200, {"Content-Type": "application/json"}, json.dumps(told))}
    with served(Answers(pages=pages)) as hub:
        context = folder / "context.json"
        context.write_text(json.dumps(a_context(hub.base)))
        return main(["clients", *argv, "--context", str(context)])


@pytest.mark.parametrize(
    ("conforms", "verdict"), [(True, Exit.DONE), (False, Exit.REFUSED)]
)
def test_check_says_each_clause_and_fails_where_one_is_broken(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    conforms: bool,  # noqa: FBT001  a verdict
    verdict: Exit,
) -> None:
    told = {
        "client_id": "app-1",
        "profile": "oidc",
        "conforms": conforms,
        "reports": [REPORT],
    }
    path = "/api/v1/clients/app-1/conformance"
    assert run(tmp_path, path, told, "check", "app-1") == verdict
    said = capsys.readouterr().out
    assert "OAuth 2.1: does not conform" in said
    assert "✗ OAuth 2.1 §4.2" in said
    assert "只有机密客户端可以用" in said


def test_quickstart_prints_the_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"client_id": "app-1", "library": "curl", "files": FILES}
    path = "/api/v1/clients/app-1/quickstart"
    assert run(tmp_path, path, told, "quickstart", "app-1", "--for", "curl") == Exit.DONE
    assert "echo hello" in capsys.readouterr().out


def test_quickstart_writes_into_the_folder_and_over_nothing(tmp_path: Path) -> None:
    told = {"client_id": "app-1", "library": "curl", "files": FILES}
    path, out = "/api/v1/clients/app-1/quickstart", tmp_path / "out"
    out.mkdir()
    argv = ("quickstart", "app-1", "--out", str(out))
    assert run(tmp_path, path, told, *argv) == Exit.DONE
    assert (out / "curl.sh").read_text() == "echo hello\n"
    assert not (tmp_path / "curl.sh").exists()
    (out / "curl.sh").write_text("mine")
    assert run(tmp_path, path, told, *argv) == Exit.WRONG_USE
    assert (out / "curl.sh").read_text() == "mine"


def test_a_ticket_is_one_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ("ticket", "--uses", "3", "--days", "2", "--dry-run", "--json")
    assert run(tmp_path, "/none", {}, *argv) == Exit.DONE
    sent = json.loads(capsys.readouterr().out)["would_send"]
    assert sent["url"].endswith("/api/v1/registration-tokens")
    assert sent["body"] == {"uses": 3, "lifetime_s": 172_800}
