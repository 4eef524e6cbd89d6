"""``trusthub clients``: each act is one request, and none leaves its path."""

import json
from pathlib import Path

import pytest

from idp.clients.api.table import routes
from kernel.web import Router
from server.cli import main
from server.cli.clients import ACTS
from tests.unit.server.tables import laid_out

DIGEST = "ab" * 32
SENT = {
    ("submit", "app", "--reason", "tried"): ("/clients/app/submit", {"reason": "tried"}),
    ("approve", "app", "--digest", DIGEST, "--reason", "seen"): (
        "/clients/app/approve",
        {"digest": DIGEST, "reason": "seen"},
    ),
    ("activate", "app", "--reason", "open"): ("/clients/app/activate", {"reason": "open"}),
    ("return", "app", "--reason", "unclear"): (
        "/clients/app/return",
        {"reason": "unclear"},
    ),
    ("open", "app", "--reason", "done"): ("/clients/app/open", {"reason": "done"}),
    ("disable", "app", "--reason", "why"): ("/clients/app/disable", {"reason": "why"}),
    ("enable", "app", "--reason", "why"): ("/clients/app/enable", {"reason": "why"}),
    ("retire", "app", "--reason", "over"): ("/clients/app/retire", {"reason": "over"}),
    ("read-picture", "app"): ("/clients/app/pictures", None),
    ("rotate-secret", "app"): ("/clients/app/rotate-secret", None),
    ("test-person-add", "p-1"): ("/trial-people", {"person": "p-1"}),
    ("test-person-remove", "p-1"): ("/trial-people/p-1/remove", None),
    ("retire", "..?members#x", "--reason", "over"): (
        "/clients/..%3Fmembers%23x/retire",
        {"reason": "over"},
    ),
}


@pytest.fixture
def context(tmp_path: Path) -> Path:
    path = tmp_path / "context.json"
    said = {
        "api": "http://127.0.0.1:9/api/v1",
        "token_endpoint": "http://127.0.0.1:9/oauth2/token",
        "client_id": "cli",
        "client_secret": "s" * 43,
    }
    path.write_text(json.dumps(said))
    return path


@pytest.mark.parametrize("argv", SENT, ids=" ".join)
def test_an_act_is_the_request_it_says(
    argv: tuple[str, ...], context: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["clients", *argv, "--dry-run", "--json", "--context", str(context)])
    sent = json.loads(capsys.readouterr().out)["would_send"]
    assert (sent["url"].partition("/api/v1")[2], sent["body"]) == SENT[argv]


def test_every_such_request_has_an_endpoint() -> None:
    router = Router(laid_out(routes))
    for path, _ in SENT.values():
        assert router.find("POST", f"/api/v1{path}")
    for path in (
        "/clients/app/history",
        "/clients/app/proposal",
        "/clients/app/pictures",
        "/trial-people",
    ):
        assert router.find("GET", f"/api/v1{path}")


def test_the_family_has_the_acts_that_are_documented() -> None:
    named = {act.name for act in ACTS}
    assert {
        "register",
        "show",
        "list",
        "update",
        "rotate-secret",
        "submit",
        "approve",
        "disable",
        "enable",
        "retire",
        "history",
        "check",
        "quickstart",
    } <= named
