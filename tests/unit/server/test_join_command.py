"""`trusthub members join`: one line a check, then the proposal, then three calls."""

import json
from pathlib import Path

import pytest

from server.cli import main
from server.cli.outcome import Exit
from tests.unit.server.hub import Answers, served
from tests.unit.server.test_cli import a_context

ADDRESS = "https://pay.example/.well-known/openid-configuration"
PROPOSAL = {"entity_id": "https://pay.example", "terms": {"represented": {"slug": "pay"}}}
EXAMINE = "/api/v1/trust/examinations"


def examined(*, passed: bool) -> tuple[int, dict[str, str], str]:
    checks = [
        {"name": "discovery_is_served", "passed": True, "clause": "A §1", "advice": ""},
        {"name": "pkce_is_offered", "passed": passed, "clause": "B §2", "advice": "Do it."},
    ]
    said = {
        "issuer": "https://pay.example",
        "passed": passed,
        "checks": checks,
        "notes": ["it has no userinfo endpoint"],
        "keys": [],
        "proposal": PROPOSAL,
    }
    return 200, {}, json.dumps(said)


def a_hub(*, passed: bool = True) -> Answers:
    hub = Answers()
    hub.pages = {
        EXAMINE: examined(passed=passed),
        "/api/v1/members": (201, {}, json.dumps({"id": "m1"})),
        "/api/v1/members/m1/submit": (200, {}, "{}"),
        "/api/v1/members/m1/check": (200, {}, "{}"),
        "/api/v1/members/m1": (200, {}, json.dumps({"id": "m1", "state": "checked"})),
    }
    return hub


def run(hub: Answers, folder: Path, *argv: str) -> int:
    context = folder / "context.json"
    context.write_text(json.dumps(a_context(hub.base)))
    argv = ("members", "join", "--discovery", ADDRESS, *argv, "--context", str(context))
    return main(list(argv))


def paths(hub: Answers) -> list[str]:
    return [path for method, path, _ in hub.seen if path.startswith("/api")]


def test_joining_examines_applies_submits_and_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    with served(a_hub()) as hub:
        done = run(
            hub,
            tmp_path,
            "--client-id=hub",
            f"--client-secret-file={secret}",
            "--ceiling=3",
            "--level=urn:pay:gold=2",
            "--level==1",
            "--claim=name=full_name",
            "--contact=mailto:a@pay.example",
            "--name-zh=示例支付",
        )
    assert done == Exit.DONE
    assert paths(hub) == [
        EXAMINE,
        "/api/v1/members",
        "/api/v1/members/m1/submit",
        "/api/v1/members/m1/check",
        "/api/v1/members/m1",
    ]
    asked, applied = (json.loads(hub.bodies[at]) for at in (1, 2))
    assert asked["discovery"] == ADDRESS
    assert (asked["level"], asked["name_zh"]) == (3, "示例支付")
    assert asked["levels"] == {"urn:pay:gold": 2, "": 1}
    assert asked["claims"] == {"name": "full_name"}
    assert "s3cret" not in hub.bodies[1]
    assert applied["client_secret"] == "s3cret"
    assert applied["terms"] == PROPOSAL["terms"]
    shown = capsys.readouterr().out
    assert "pass  discovery_is_served  [A §1]" in shown
    assert "note  it has no userinfo endpoint" in shown
    assert "slug: pay" in shown
    assert "trusthub members approve m1" in shown
    assert "s3cret" not in shown


def test_one_line_that_fails_ends_it_before_anything_is_applied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(a_hub(passed=False)) as hub:
        assert run(hub, tmp_path, "--client-id=hub") == Exit.REFUSED
    assert paths(hub) == [EXAMINE]
    assert "FAIL  pkce_is_offered  [B §2]  Do it." in capsys.readouterr().out


def test_a_dry_run_only_looks(tmp_path: Path) -> None:
    with served(a_hub()) as hub:
        assert run(hub, tmp_path, "--dry-run", "--json") == Exit.DONE
    assert paths(hub) == [EXAMINE]


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("--client-id=hub", "--client-secret-file=/nowhere"),
        ("--client-id=hub", "--level=gold"),
        ("--client-id=hub", "--level=gold=5"),
    ],
)
def test_what_cannot_be_used_so_applies_nothing(
    tmp_path: Path, argv: tuple[str, ...]
) -> None:
    with served(a_hub()) as hub:
        assert run(hub, tmp_path, *argv) == Exit.WRONG_USE
    assert "/api/v1/members" not in paths(hub)


def test_a_refused_check_says_where_the_draft_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = a_hub()
    hub.pages["/api/v1/members/m1/check"] = (409, {}, json.dumps({"title": "no"}))
    with served(hub):
        assert run(hub, tmp_path, "--client-id=hub") == Exit.REFUSED
    assert "members check m1" in "".join(capsys.readouterr())
