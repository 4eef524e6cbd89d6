"""``trusthub sign-outs``: each act is a route of the API."""

import json
from pathlib import Path

import pytest

from idp.session.api import routes
from server.cli import main
from server.cli.sign_outs import ACTS
from tests.unit.server.tables import laid_out


def test_every_route_has_its_act() -> None:
    paths = {route.path for route in laid_out(routes)}
    assert paths == {f"/api/v1/sign-outs{tail}" for tail in ("", "/{id}", "/{id}/retry")}
    assert {act.name for act in ACTS} == {"list", "show", "retry"}


def test_an_act_leaves_its_path_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = tmp_path / "context.json"
    said = {
        "api": "http://127.0.0.1:9/api/v1",
        "token_endpoint": "http://127.0.0.1:9/oauth2/token",
        "client_id": "cli",
        "client_secret": "s" * 43,
    }
    context.write_text(json.dumps(said))
    argv = ["sign-outs", "retry", "x?y#z", "--dry-run", "--json", "--context", str(context)]
    main(argv)
    sent = json.loads(capsys.readouterr().out)["would_send"]
    assert sent["url"].endswith("/api/v1/sign-outs/x%3Fy%23z/retry")
