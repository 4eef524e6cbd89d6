"""`trusthub members`: what its acts send, and how the emergency act insists."""

import json
from pathlib import Path

import pytest

from server.cli import main
from server.cli.outcome import Exit
from server.cli.retrying import until_known
from server.contexts.api import Answered
from server.contexts.told import ActRefused, NotFoundOut
from tests.unit.server.hub import Answers, served
from tests.unit.server.test_cli import a_context

GROUNDS = ("--reason", "r", "--basis", "b")


def run(answers: Answers, folder: Path, *argv: str) -> int:
    context = folder / "context.json"
    context.write_text(json.dumps(a_context(answers.base)))
    return main(["members", *argv, "--json", "--context", str(context)])


@pytest.mark.parametrize(
    ("argv", "method", "path"),
    [
        (("queue",), "GET", "/api/v1/proposals"),
        (("watch", "m"), "GET", "/api/v1/members/m/watch"),
        (("evidence", "m"), "GET", "/api/v1/members/m/evidence"),
        (("take-back", "p"), "POST", "/api/v1/proposals/p/cancel"),
        (("prove-contact", "m", "--code", "1"), "POST", "/api/v1/members/m/contacts/prove"),
        (
            ("adopt-policy", "p", "--digest", "d"),
            "POST",
            "/api/v1/registration-policies/proposals/p/approve",
        ),
    ],
)
def test_an_act_is_one_request(
    tmp_path: Path, argv: tuple[str, ...], method: str, path: str
) -> None:
    with served(Answers()) as hub:
        assert run(hub, tmp_path, *argv) == Exit.DONE
    assert hub.seen[-1][:2] == (method, path)


@pytest.mark.spec("RFC 9110 §13.1.1")
def test_a_named_version_goes_as_if_match(tmp_path: Path) -> None:
    with served(Answers()) as hub:
        run(hub, tmp_path, "approve", "m", *GROUNDS, "--version", "4")
        run(hub, tmp_path, "approve", "m", *GROUNDS)
    first, second = (headers for _, path, headers in hub.seen if "/approve" in path)
    assert first["if-match"] == '"4"'
    assert "if-match" not in second


def test_a_suspension_is_sent_again_with_one_key_until_somebody_knows() -> None:
    answers: list[Answered | Exception] = [
        NotFoundOut("the primary is away", "try again"),
        NotFoundOut("the primary is away", "try again"),
        Answered(200, {"state": "suspended"}),
    ]

    def send() -> Answered:
        said = answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    done = until_known(send, 10, pause_s=0.001)
    assert done.text("state") == "suspended"
    assert answers == []


def test_who_can_never_tell_is_not_believed_to_have_done_it() -> None:
    def send() -> Answered:
        raise NotFoundOut("away", "try again")

    with pytest.raises(NotFoundOut):
        until_known(send, 0.01, pause_s=0.004)


def test_a_refusal_is_not_sent_again() -> None:
    sent: list[int] = []

    def send() -> Answered:
        sent.append(1)
        raise ActRefused("no", "read it")

    with pytest.raises(ActRefused):
        until_known(send, 10, pause_s=0.001)
    assert len(sent) == 1


def test_the_key_stays_while_a_suspension_is_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away: tuple[int, dict[str, str], str] = (503, {}, json.dumps({"title": "try again"}))
    path = "/api/v1/members/m/suspend"
    hub = Answers(pages={path: away})
    monkeypatch.setattr("server.cli.retrying.time.sleep", lambda _s: hub.pages.clear())
    with served(hub):
        assert run(hub, tmp_path, "suspend", "m", *GROUNDS) == Exit.DONE
    keys = [seen["idempotency-key"] for _, where, seen in hub.seen if where == path]
    assert len(keys) == 2
    assert len(set(keys)) == 1
