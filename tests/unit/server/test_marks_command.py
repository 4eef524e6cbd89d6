"""``trusthub marks``: what each act sends."""

import json
from pathlib import Path

import pytest

from server.cli import main
from server.cli.outcome import Exit
from tests.unit.server.hub import Answers, served

MARK, HOLDER = "https://id.example/marks/x", "https://shop.example"
WHY = ["--reason", "审查", "--basis", "article 3"]
GROUNDS = {"reason": "审查", "basis": "article 3"}
WHOSE = {"mark_type": MARK, "entity_id": HOLDER, "grounds": GROUNDS}


def context(folder: Path, base: str) -> str:
    file = folder / "operator.json"
    said = {
        "api": f"{base}/api/v1",
        "token_endpoint": f"{base}/oauth2/token",
        "client_id": "a",
        "client_secret": "b",
    }
    file.write_text(json.dumps(said), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("typed", "sent", "body"),
    [
        (["grant", MARK, HOLDER, *WHY], "POST /api/v1/marks/grants", WHOSE),
        (["revoke", MARK, HOLDER, *WHY], "POST /api/v1/marks/revoke", WHOSE),
        (["types"], "GET /api/v1/marks/types", None),
        (["list"], "GET /api/v1/marks", None),
        (["proposals"], "GET /api/v1/marks/proposals", None),
        (["accept", "7", "--digest", "ab"], "POST /api/v1/marks/proposals/7/approve",
         {"digest": "ab"}),
    ],
)  # fmt: skip
def test_each_act_is_one_request(
    tmp_path: Path, typed: list[str], sent: str, body: object
) -> None:
    with served(Answers()) as hub:
        code = main(["marks", *typed, "--context", context(tmp_path, hub.base)])
        assert code == Exit.DONE
        method, path, _ = hub.seen[-1]
        assert f"{method} {path}" == sent
        assert body is None or json.loads(hub.bodies[-1]) == body


def test_a_dry_run_of_a_revocation_sends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(Answers()) as hub:
        where = ["--context", context(tmp_path, hub.base), "--dry-run", "--json"]
        assert main(["marks", "revoke", MARK, HOLDER, *WHY, *where]) == Exit.DONE
        assert hub.seen == []
    assert json.loads(capsys.readouterr().out)["would_send"]["body"] == WHOSE


def test_a_revocation_without_reason_is_wrong_use() -> None:
    assert main(["marks", "revoke", MARK, HOLDER]) == Exit.WRONG_USE
