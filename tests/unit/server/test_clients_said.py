"""``trusthub clients register`` and ``update``: what is said, shown, edited, said again."""

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from idp.clients.messages import (
    ClientBody,
    OidcBody,
    RegistrationBody,
    client_body,
    client_reply,
)
from kernel.web import BodyMalformed, read_body, write_body
from server.cli import main
from server.cli.clients_said import SET_BY_THE_HUB
from server.cli.outcome import Exit
from tests.unit.idp.clients.fakes import Memory, a_registration, a_use_case
from tests.unit.server.hub import Answers, served

RECORD = "/api/v1/clients/portal-51"


def shown() -> dict[str, object]:
    """Return a record as ``show --json`` writes it."""
    client = a_use_case(Memory()).register(a_registration(), actor=None).client
    told = write_body(client_reply(client))
    assert isinstance(told, dict)
    return told | {"version": 3}


@pytest.fixture
def hub() -> Iterator[Answers]:
    answers = Answers()
    answers.pages[RECORD] = (200, {"ETag": '"4"'}, json.dumps(shown()))
    with served(answers) as running:
        yield running


def told_by(
    hub: Answers, folder: Path, body: object, *words: str
) -> tuple[int, list[tuple[str, str | None]]]:
    """Say a body; return the exit code, and method and If-Match of each request."""
    context, file = folder / "context.json", folder / "body.json"
    said = {
        "api": f"{hub.base}/api/v1",
        "token_endpoint": f"{hub.base}/oauth2/token",
        "client_id": "cli",
        "client_secret": "s",
    }
    context.write_text(json.dumps(said))
    file.write_text(json.dumps(body))
    argv = ["clients", *words, "--body", str(file), "--context", str(context), "--json"]
    code = main(argv)
    calls = [(m, h.get("if-match")) for m, path, h in hub.seen if "/clients" in path]
    return code, calls


@pytest.mark.spec("RFC 9110 §13.1.1")
def test_what_is_shown_can_be_edited_and_said_again(hub: Answers, tmp_path: Path) -> None:
    edited = shown() | {"name_en": "Another name"}
    code, calls = told_by(hub, tmp_path, edited, "update", "portal-51")
    assert code == Exit.DONE
    assert calls == [("GET", None), ("PUT", '"3"')]
    sent = read_body(ClientBody, hub.bodies[-1].encode())
    assert sent.name_en == "Another name"
    assert not SET_BY_THE_HUB & json.loads(hub.bodies[-1]).keys()


@pytest.mark.spec("RFC 9110 §13.1.1")
def test_what_names_no_version_is_said_at_the_one_read_just_before(
    hub: Answers, tmp_path: Path
) -> None:
    body = write_body(a_registration())
    code, calls = told_by(hub, tmp_path, body, "update", "portal-51")
    assert code == Exit.DONE
    assert calls[-1] == ("PUT", '"4"')
    assert json.loads(hub.bodies[-1]) == body


def test_a_member_that_nobody_knows_is_left_for_the_api_to_refuse(
    hub: Answers, tmp_path: Path
) -> None:
    told_by(hub, tmp_path, shown() | {"colour": "red"}, "update", "portal-51")
    assert json.loads(hub.bodies[-1])["colour"] == "red"


@pytest.mark.parametrize("version", ["3", True, '3"\r\nX: y', [3]])
def test_a_version_that_is_no_number_is_sent_nowhere(
    hub: Answers, tmp_path: Path, version: object
) -> None:
    body = shown() | {"version": version}
    assert told_by(hub, tmp_path, body, "update", "portal-51") == (Exit.WRONG_USE, [])


def test_only_what_the_hub_sets_is_left_out() -> None:
    assert {"state", "version", "created_at", "waiting"} == SET_BY_THE_HUB


BENT = {
    "name_zh": None,
    "colour": "red",
    "level": "urn:another",
    "oidc": {"redirect_uris": ["http://rp.example/cb"]},
    "claims": [{"name": "no such claim"}],
}


@pytest.mark.parametrize("member", BENT)
@pytest.mark.parametrize("act", [("register",), ("update", "portal-51")], ids=" ".join)
def test_a_dry_run_approves_of_nothing_that_is_known_to_be_refused(
    hub: Answers,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    act: tuple[str, ...],
    member: str,
) -> None:
    body = write_body(a_registration())
    assert isinstance(body, dict)
    bent = {**body, member: BENT[member]}
    if BENT[member] is None:
        del bent[member]
    code, calls = told_by(hub, tmp_path, bent, *act, "--dry-run")
    assert code == Exit.REFUSED
    assert not [method for method, _ in calls if method != "GET"]
    assert "would" not in capsys.readouterr().out


def test_a_dry_run_refuses_in_the_words_of_the_api(
    hub: Answers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = told_by(hub, tmp_path, {"name_en": "App"}, "register", "--dry-run")
    told = json.loads(capsys.readouterr().out)
    assert code == Exit.REFUSED
    assert told["error"] == f"{BodyMalformed.meaning()} (body.name_zh: missing)"
    assert told["code"] == BodyMalformed.code


@pytest.mark.parametrize("act", [("register",), ("update", "portal-51")], ids=" ".join)
def test_a_dry_run_says_that_it_looked(
    hub: Answers, tmp_path: Path, capsys: pytest.CaptureFixture[str], act: tuple[str, ...]
) -> None:
    body = write_body(a_registration())
    assert told_by(hub, tmp_path, body, *act, "--dry-run")[0] == Exit.DONE
    assert json.loads(capsys.readouterr().out)["checked"] is True


def test_a_dry_run_that_looked_at_nothing_says_so(
    hub: Answers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = tmp_path / "context.json"
    told_by(hub, tmp_path, {}, "register", "--dry-run")
    capsys.readouterr()
    words = ("clients", "disable", "app", "--reason", "r", "--dry-run", "--json")
    main([*words, "--context", str(context)])
    assert json.loads(capsys.readouterr().out)["checked"] is False


def test_help_names_every_member_of_a_body(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "2000")
    assert main(["clients", "register", "--help"]) == Exit.DONE
    told = capsys.readouterr().out
    for shape in (RegistrationBody, OidcBody):
        assert all(field.name in told for field in fields(shape))
    assert "name_zh (needed)" in told
    assert main(["clients", "update", "--help"]) == Exit.DONE
    told = capsys.readouterr().out
    assert all(field.name in told for field in fields(ClientBody))
    assert "show, edit, update" in told


def test_what_is_shown_is_all_that_can_be_said() -> None:
    client = a_use_case(Memory()).register(a_registration(), actor=None).client
    said = {n: held for n, held in shown().items() if n not in SET_BY_THE_HUB}
    assert read_body(ClientBody, json.dumps(said).encode()) == client_body(client)
