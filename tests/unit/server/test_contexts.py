"""Context files and the client that uses them."""

import json
import stat
from pathlib import Path

import pytest
import urllib3

from server.contexts.api import Api, understood
from server.contexts.context import Context, chosen, write_private
from server.contexts.told import ActRefused, NotFoundOut, WrongUse
from tests.unit.server.hub import Answers, served

GOOD = {
    "api": "http://localhost:1/api/v1",
    "token_endpoint": "http://localhost:1/oauth2/token",
    "client_id": "app-1",
    "client_secret": "secret",
}


def test_a_context_is_written_for_its_owner_alone_and_read_back(tmp_path: Path) -> None:
    context = Context.of_installation("http://localhost:1", "app-1", "secret")
    context.write(tmp_path / "a" / "c.json")
    assert Context.read(tmp_path / "a" / "c.json") == context
    assert stat.S_IMODE((tmp_path / "a" / "c.json").stat().st_mode) == 0o600
    assert context.issuer == "http://localhost:1"


def test_a_private_file_replaces_a_public_one_with_its_own_mode(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_secret_is_not_shown() -> None:
    assert "secret" not in repr(Context.of_installation("http://x", "a", "secret"))


@pytest.mark.parametrize("lacks", sorted(GOOD))
def test_a_context_that_lacks_a_member_is_wrong_use(lacks: str, tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text(json.dumps({k: v for k, v in GOOD.items() if k != lacks}))
    with pytest.raises(WrongUse, match=lacks):
        Context.read(file)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_context_that_is_no_object_is_wrong_use(text: str, tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text(text)
    with pytest.raises(WrongUse):
        Context.read(file)


def test_the_command_line_comes_before_the_environment(tmp_path: Path) -> None:
    given, named = tmp_path / "given.json", tmp_path / "named.json"
    given.write_text(json.dumps({**GOOD, "client_id": "given"}))
    named.write_text(json.dumps({**GOOD, "client_id": "named"}))
    environ = {"TRUSTHUB_CONTEXT": str(named)}
    assert chosen(given, environ).client_id == "given"
    assert chosen(None, environ).client_id == "named"
    with pytest.raises(WrongUse):
        chosen(None, {})


def test_a_token_is_got_once_and_again_when_it_is_refused() -> None:
    with served(Answers(refuse_first=True)) as hub:
        api = Api(Context.of_installation(hub.base, "app-1", "secret"))
        assert api.get("/members").body == {"members": []}
        assert api.get("/members").body == {"members": []}
    paths = [path for _, path, _ in hub.seen]
    assert paths.count("/oauth2/token") == 2
    assert paths.count("/api/v1/members") == 3


def test_changes_carry_a_fresh_idempotency_key_and_reads_none() -> None:
    with served(Answers()) as hub:
        api = Api(Context.of_installation(hub.base, "app-1", "secret"))
        api.post("/members", {"a": 1})
        api.post("/members", {"a": 1})
        api.get("/members")
    keys = [
        headers.get("idempotency-key")
        for _, path, headers in hub.seen
        if path.endswith("/members")
    ]
    assert keys[0]
    assert keys[1]
    assert keys[0] != keys[1]
    assert keys[2] is None


@pytest.mark.spec("RFC 9457 §3")
def test_a_problem_becomes_words_with_code_and_reference() -> None:
    problem = {"title": "A rule forbids this.", "code": "same_person", "detail": "d"}
    with pytest.raises(ActRefused) as refused:
        understood(_reply(422, problem, {"Trusthub-Reference": "R"}))
    said = "\n".join(refused.value.lines())
    assert "A rule forbids this. (d)" in said
    assert "same_person" in said
    assert "R" in said


@pytest.mark.parametrize("status", [500, 503])
def test_what_the_other_side_cannot_tell_is_not_a_refusal(status: int) -> None:
    with pytest.raises(NotFoundOut):
        understood(_reply(status, {"title": "t"}, {}))


@pytest.mark.spec("draft-ietf-httpapi-idempotency-key-header-07 §2.6")
def test_a_change_that_is_being_made_is_no_refusal_and_another_conflict_is_one() -> None:
    with pytest.raises(NotFoundOut):
        understood(_reply(409, {"title": "t", "code": "idempotency_key_in_use"}, {}))
    with pytest.raises(ActRefused):
        understood(_reply(409, {"title": "t", "code": "idempotency_key_reused"}, {}))


def test_an_answer_that_is_no_json_is_not_found_out() -> None:
    with pytest.raises(NotFoundOut):
        understood(_reply(200, None, {}, b"<html>"))


def _reply(
    status: int, body: object, headers: dict[str, str], raw: bytes = b""
) -> urllib3.HTTPResponse:
    content = raw or json.dumps(body).encode()
    return urllib3.HTTPResponse(
        content, headers=headers, status=status, preload_content=True
    )
