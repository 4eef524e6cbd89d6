"""How commands end where nobody foresaw it: never as if the other side had refused."""

import argparse
import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli import doctor, main
from server.cli.acts import Act
from server.cli.outcome import Exit
from server.contexts.api import Api
from server.contexts.context import Context
from server.contexts.told import ActRefused, NotFoundOut, WrongUse
from tests.unit.server.hub import Answers, served
from tests.unit.server.test_contexts import GOOD


@pytest.fixture
def context(tmp_path: Path) -> str:
    file = tmp_path / "c.json"
    file.write_text(json.dumps(GOOD), "utf-8")
    return str(file)


def test_what_is_no_text_is_wrong_use(
    context: str, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["clients", "show", "\udcff\udcfe", "--context", context]
    assert main(argv) == Exit.WRONG_USE
    assert "not UTF-8" in capsys.readouterr().err


def test_a_body_that_is_nested_without_end_is_wrong_use(
    context: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000, "utf-8")
    body = str(tmp_path / "deep.json")
    argv = ["members", "apply", "--body", body, "--context", context, "--dry-run"]
    assert main(argv) == Exit.WRONG_USE
    assert "give --body a file" in capsys.readouterr().err


def test_a_defect_is_neither_done_nor_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_arguments: argparse.Namespace) -> None:
        raise KeyError("x")

    monkeypatch.setattr(doctor, "ACTS", (Act(name="", summary="", run=fails),))
    assert main(["doctor", "--json"]) == Exit.NOT_FOUND_OUT
    shown = capsys.readouterr()
    assert json.loads(shown.out)["exit"] == Exit.NOT_FOUND_OUT
    assert "KeyError" in shown.err
    assert "before you try again" in shown.err


def test_an_output_that_takes_nothing_is_told_in_a_line() -> None:
    code = "import sys; from server.cli import main; sys.exit(main(sys.argv[1:]))"
    argv = [sys.executable, "-c", code, "init", "--template", "dev"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(argv, stdout=full, stderr=subprocess.PIPE, check=False)  # noqa: S603  our own command
    assert done.returncode == Exit.NOT_FOUND_OUT
    assert done.stderr.startswith(b"trusthub: standard output: No space left")
    assert b"Traceback" not in done.stderr


def test_where_nothing_can_be_shown_nothing_is_done(context: str) -> None:
    with served(Answers()) as hub:
        said = GOOD | dict.fromkeys(("api", "token_endpoint"), f"{hub.base}/api/v1")
        Path(context).write_text(json.dumps(said), "utf-8")
        code = "import sys; from server.cli import main; sys.exit(main(sys.argv[1:]))"
        argv = [sys.executable, "-c", code, "clients", "ticket", "--context", context]
        done = subprocess.run(  # noqa: S603  our own command
            ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *argv],
            stderr=subprocess.PIPE,
            check=False,
        )
        assert hub.seen == []
    assert done.returncode == Exit.WRONG_USE
    assert done.stderr.startswith(b"trusthub: standard output is closed")


@pytest.mark.parametrize("member", ["api", "token_endpoint"])
@pytest.mark.parametrize(
    "address", ["", "localhost:1", "ftp://localhost", "http://[::1", "http://h:99999/x"]
)
def test_a_context_without_a_web_address_is_wrong_use(
    member: str, address: str, tmp_path: Path
) -> None:
    (tmp_path / "c.json").write_text(json.dumps(GOOD | {member: address}), "utf-8")
    with pytest.raises(WrongUse, match=f"^{member} of the context .* is no http"):
        Context.read(tmp_path / "c.json")


def test_an_address_of_the_api_may_end_with_a_slash(tmp_path: Path) -> None:
    said = GOOD | {"api": f"{GOOD['api']}/"}
    (tmp_path / "c.json").write_text(json.dumps(said), "utf-8")
    assert Api(Context.read(tmp_path / "c.json")).url("/keys") == f"{GOOD['api']}/keys"


@pytest.mark.parametrize("ca_file", [5, ["a.pem"], {"a": 1}, "/nowhere/roots.pem", "/tmp"])  # noqa: S108  a folder, no file
def test_a_context_whose_roots_are_no_file_is_wrong_use(
    ca_file: object, tmp_path: Path
) -> None:
    (tmp_path / "c.json").write_text(json.dumps(GOOD | {"ca_file": ca_file}), "utf-8")
    with pytest.raises(WrongUse, match=r"^ca_file of the context .* names no file"):
        Context.read(tmp_path / "c.json")


@pytest.mark.spec("RFC 8259 §8.1")
def test_a_byte_order_mark_is_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, said in {"c.json": GOOD, "b.json": {"reason": "y"}}.items():
        (tmp_path / name).write_text(json.dumps(said), "utf-8-sig")
    files = ["--body", str(tmp_path / "b.json"), "--context", str(tmp_path / "c.json")]
    assert main(["members", "apply", *files, "--dry-run", "--json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["would_send"]["body"] == {"reason": "y"}


@pytest.mark.spec("RFC 8259 §4")
def test_of_a_member_that_stands_twice_neither_is_sent(
    context: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '{"client_id": "app-1", "oidc": {"scopes": ["a"], "scopes": ["b"]}}'
    (tmp_path / "b.json").write_text(text, "utf-8")
    argv = ["clients", "register", "--body", str(tmp_path / "b.json"), "--context", context]
    assert main(argv) == Exit.WRONG_USE
    assert "scopes: a member that stands twice" in capsys.readouterr().err


def test_who_is_not_believed_is_told_what_to_look_at() -> None:
    with served(Answers()) as hub:
        said = json.dumps({"error": "invalid_client", "error_description": "no"})
        hub.pages["/oauth2/token"] = (401, {"Trusthub-Reference": "R"}, said)
        with pytest.raises(ActRefused) as refused:
            Api(Context.of_installation(hub.base, "app-1", "old")).get("/keys")
    assert "rotate-secret app-1" in refused.value.advice
    assert refused.value.reference == "R"
    assert [path for _, path, _ in hub.seen] == ["/oauth2/token"]


def test_who_cannot_agree_on_tls_is_not_told_to_try_again() -> None:
    with served(Answers()) as hub:
        secure = hub.base.replace("http:", "https:")
        with pytest.raises(NotFoundOut) as failed:
            Api(Context.of_installation(secure, "app-1", "secret")).get("/keys")
    assert "ca_file" in failed.value.advice
    assert "try again" not in failed.value.advice


@pytest.mark.spec("RFC 6749 §2.3.1")
def test_name_and_secret_are_sent_form_encoded() -> None:
    with served(Answers()) as hub:
        context = Context.of_installation(hub.base, "a:b", "p+ 密")
        hub.pages["/api/v1/keys"] = (200, {}, "{}")
        Api(context).get("/keys")
    sent = next(fields for _, path, fields in hub.seen if path == "/oauth2/token")
    basic = base64.b64decode(sent["authorization"].removeprefix("Basic "))
    assert basic == b"a%3Ab:p%2B+%E5%AF%86"
