"""The start of a kiosk, run among a curl and a sleep that note how they are used."""

import json
import subprocess
from pathlib import Path

import pytest

from idp.oidc.domain.quickstarts import Library
from idp.oidc.errors import QuickstartNotOffered
from idp.oidc.flows.quickstart import library_can
from tests.unit.idp.oidc.test_quickstarts import BASH, KIOSK, files

CODES = (
    '{"device_code":"d-1","user_code":"BCDF-GHJK","verification_uri":"https://h/device",'
    '"verification_uri_complete":"https://h/device?user_code=BCDF-GHJK",'
    '"expires_in":600,"interval":5}'
)
PENDING, SLOW, DENIED = (
    f'{{"error":"{error}"}}'
    for error in ("authorization_pending", "slow_down", "access_denied")
)
TOKENS, WHO = '{"access_token":"a-1","token_type":"Bearer"}', '{"sub":"s-1"}'


def kiosk_run(folder: Path, *answers: str) -> "subprocess.CompletedProcess[str]":
    """Run a kiosk's script among a curl and a sleep that note how they are used."""
    for at, answer in enumerate(answers, 1):
        (folder / f"answer-{at}").write_text(answer, encoding="utf-8")
    for name, does in {
        "curl": 'cat "$HOME/answer-$(wc -l < "$HOME/curl.log")"',
        "sleep": "exit 0",
    }.items():
        stub = folder / name
        stub.write_text(f'#!{BASH}\necho "$*" >> "$HOME/{name}.log"\n{does}\n', "utf-8")
        stub.chmod(0o700)
    return subprocess.run(  # noqa: S603  our own script
        [BASH, "-c", files(Library.CURL, KIOSK)["curl.sh"]],
        env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_kiosk_asks_no_sooner_than_it_is_told_to(tmp_path: Path) -> None:
    ran = kiosk_run(tmp_path, CODES, PENDING, SLOW, PENDING, TOKENS, WHO)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"sub": "s-1"}
    assert lines(tmp_path / "sleep.log") == ["5", "5", "10", "10"]
    asked = lines(tmp_path / "curl.log")
    assert all("device_code=d-1" in one for one in asked[1:5])
    assert "Bearer a-1" in asked[5]
    assert "BCDF-GHJK" in ran.stderr


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_kiosk_that_was_turned_down_asks_no_more(tmp_path: Path) -> None:
    ran = kiosk_run(tmp_path, CODES, PENDING, DENIED)
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "access_denied" in ran.stderr
    assert len(lines(tmp_path / "curl.log")) == 3


def test_only_curl_is_offered_to_who_signs_in_by_a_device() -> None:
    library_can(Library.CURL, KIOSK)
    for library in set(Library) - {Library.CURL}:
        with pytest.raises(QuickstartNotOffered, match="take curl"):
            library_can(library, KIOSK)
