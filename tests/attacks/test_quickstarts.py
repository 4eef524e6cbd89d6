"""A quick-start is run as its engineer would: the script for curl, against this house."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from idp.clients.domain import AuthMethod, GrantType, Profile
from tests.attacks.browser import Browser, hidden_fields
from tests.attacks.house import BACK, ISSUER, House, Registered

BASH: Final = shutil.which("bash") or ""
MACHINE: Final[dict[str, object]] = {
    "grant_types": (GrantType.CLIENT_CREDENTIALS,),
    "redirect_uris": (),
    "post_logout_redirect_uris": (),
    "scopes": ("members:read",),
}


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *_args: object) -> None:  # noqa: A002  its name
        """Say nothing."""


@pytest.fixture
def environment(house: House, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Serve the house, and let curl find it under the name of its issuer."""
    server: WSGIServer = make_server(
        "127.0.0.1",
        0,
        house.application,
        handler_class=Quiet,
    )
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    where = ISSUER.removeprefix("http://")
    line = f'connect-to = "{where}:127.0.0.1:{server.server_port}"\n'
    (tmp_path / ".curlrc").write_text(line, encoding="utf-8")
    yield {"PATH": "/usr/bin:/bin", "CURL_HOME": str(tmp_path), "HOME": str(tmp_path)}
    server.shutdown()
    server.server_close()


def script(house: House, client: Registered) -> str:
    path = f"/api/v1/clients/{quote(client.id)}/quickstart"
    bearer = {"Authorization": f"Bearer {house.token('operator1')}"}
    answer = house.ask("GET", path, query="for=curl", headers=bearer)
    assert answer.status == 200, answer.text
    files = answer.json()["files"]
    assert isinstance(files, list)
    return str(files[0]["text"])


def started(
    text: str, client: Registered, environment: dict[str, str]
) -> "subprocess.Popen[str]":
    """Run it: the file is the script, so that its input is the engineer's keyboard."""
    path = Path(environment["HOME"]) / "curl.sh"
    path.write_text(text, encoding="utf-8")
    return subprocess.Popen(  # noqa: S603  our own script
        [BASH, path],
        env={**environment, "TRUSTHUB_CLIENT_SECRET": client.secret},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.spec("RFC 6749 §4.1")
def test_a_sign_in_by_hand_ends_at_userinfo(
    house: House, environment: dict[str, str]
) -> None:
    client = house.client("Quick start")
    house.person("quick-starter")
    run = started(script(house, client), client, environment)
    assert run.stderr is not None
    assert "browser" in run.stderr.readline()
    browser = Browser(house)
    address = run.stderr.readline().strip()
    back = browser.walk(browser.get(address), "quick-starter")
    assert back.startswith(BACK)
    told, trouble = run.communicate(f"{back}\n", timeout=60)
    assert run.returncode == 0, trouble
    assert json.loads(told)["sub"]


@pytest.mark.spec("RFC 9207 §2.4")
def test_an_answer_of_another_issuer_is_not_redeemed(
    house: House, environment: dict[str, str]
) -> None:
    client = house.client("Quick start, misled")
    run = started(script(house, client), client, environment)
    assert run.stderr is not None
    run.stderr.readline()
    run.stderr.readline()
    told, trouble = run.communicate(f"{BACK}?code=x&state=guess\n", timeout=60)
    assert run.returncode == 1
    assert "state is not ours" in trouble
    assert told == ""


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_who_did_not_agree_is_told_so_and_no_code_is_redeemed(
    house: House, environment: dict[str, str]
) -> None:
    client = house.client("Quick start, turned down", scopes=("openid", "profile"))
    house.person("quick-decliner")
    run = started(script(house, client), client, environment)
    assert run.stderr is not None
    run.stderr.readline()
    browser = Browser(house, decision="deny")
    back = browser.walk(browser.get(run.stderr.readline().strip()), "quick-decliner")
    assert "error=access_denied" in back
    told, trouble = run.communicate(f"{back}\n", timeout=60)
    assert run.returncode == 1
    assert "access_denied" in trouble
    assert "invalid_" not in trouble
    assert told == ""


@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize("by_code", [True, False])
def test_a_refusal_is_told_with_its_description_and_reference(
    house: House, environment: dict[str, str], *, by_code: bool
) -> None:
    shape = {} if by_code else MACHINE
    client = house.client(f"Quick start, wrong secret {by_code}", **shape)
    wrong = replace(client, secret="not-its-secret")
    run = started(script(house, client), wrong, environment)
    told, trouble = run.communicate(timeout=60)
    assert run.returncode != 0
    (body,) = (line for line in trouble.splitlines() if line.startswith("{"))
    said = json.loads(body)
    assert said["error"] == "invalid_client"
    assert said["error_description"]
    assert said["reference"]
    assert "Open in a browser" not in trouble
    assert told == ""


@pytest.mark.spec("RFC 6749 §4.4")
def test_a_machine_gets_its_token_by_hand(
    house: House, environment: dict[str, str]
) -> None:
    machine = house.client("Quick machine", **MACHINE)
    run = started(script(house, machine), machine, environment)
    told, trouble = run.communicate(timeout=60)
    assert run.returncode == 0, trouble
    assert json.loads(told)["access_token"]


@pytest.mark.spec("RFC 8628 §3.4")
def test_a_kiosk_signs_somebody_in_by_hand(
    house: House, environment: dict[str, str]
) -> None:
    kiosk = house.client(
        "Quick kiosk",
        profile=Profile.KIOSK,
        token_endpoint_auth_method=AuthMethod.NONE,
        grant_types=(GrantType.DEVICE_CODE,),
        redirect_uris=(),
        post_logout_redirect_uris=(),
        scopes=("openid",),
        sector="kiosk.example",
    )
    house.person("kiosk-visitor")
    run = started(script(house, kiosk), kiosk, environment)
    assert run.stderr is not None
    shown = [run.stderr.readline() for _ in range(3)]
    browser = Browser(house)
    page = browser.get(shown[2].strip())
    typed = {**hidden_fields(page.text), "user_code": shown[1].split()[-1]}
    confirm = browser.post("/device", typed)
    agreed = {**hidden_fields(confirm.text), "decision": "allow"}
    done = browser.walk(browser.post("/device/confirm", agreed), "kiosk-visitor")
    assert done.startswith("/device/done")
    told, trouble = run.communicate(timeout=60)
    assert run.returncode == 0, trouble
    assert json.loads(told)["sub"]
