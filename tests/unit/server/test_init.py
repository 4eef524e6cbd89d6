"""An installation from its settings: tables, keys, the first people, once."""

import json
import stat
import tomllib
from pathlib import Path

import pytest

from config.loader import FILE_VARIABLE
from config.template import template
from config.words import Profile
from server.cli import main
from server.cli.outcome import Exit
from server.contexts.context import Context


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    file = tmp_path / "trusthub.toml"
    installation = {
        "issuer": "http://localhost:18400",
        "role": "national",
        "code": "00",
        "name_zh": "测试枢纽",
        "name_en": "Test hub",
        "profile": "test",
    }
    ports = {"port": 18400, "management_port": 18401}
    file.write_text(
        template(Profile.TEST, {"installation": installation, "http": ports}), "utf-8"
    )
    return file


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    held: dict[str, object] = json.loads(capsys.readouterr().out)
    return held


def test_init_makes_keys_and_contexts_that_only_their_owner_reads(
    settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--settings", str(settings_file), "--json"]) == Exit.DONE
    done = said(capsys)
    assert done["new_keys"] is True
    assert isinstance(done["contexts"], dict)
    assert set(done["contexts"]) == {"operator1", "operator2", "auditor"}
    for path in (settings_file.parent / "contexts").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert Context.read(path).api == "http://localhost:18400/api/v1"
    anchor = json.loads((settings_file.parent / "trust_anchor.jwks.json").read_text())
    assert anchor["keys"]
    assert not any("d" in key for key in anchor["keys"])
    for name in ("serve", "worker"):
        secret = settings_file.parent / "secrets" / name
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_init_done_twice_changes_nothing(
    settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "--settings", str(settings_file), "--json"])
    files = sorted((settings_file.parent / "contexts").iterdir())
    before = [file.read_text() for file in files]
    anchor = (settings_file.parent / "trust_anchor.jwks.json").read_text()
    capsys.readouterr()
    assert main(["init", "--settings", str(settings_file), "--json"]) == Exit.DONE
    assert said(capsys)["new_keys"] is False
    assert [file.read_text() for file in files] == before
    assert (settings_file.parent / "trust_anchor.jwks.json").read_text() == anchor


def test_init_tried_without_doing_it_makes_nothing(
    settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["init", "--settings", str(settings_file), "--dry-run"]
    assert main(argv) == Exit.DONE
    assert "http://localhost:18400" in capsys.readouterr().out
    assert [path.name for path in settings_file.parent.iterdir()] == ["trusthub.toml"]


@pytest.mark.parametrize("profile", [profile.value for profile in Profile])
def test_init_prints_a_page_to_fill_in(
    profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--template", profile]) == Exit.DONE
    text = capsys.readouterr().out
    assert f"profile {profile}" in text
    assert set(tomllib.loads(text)) >= {"installation", "http", "database", "keys"}


def test_one_operator_is_not_enough(
    settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["init", "--settings", str(settings_file), "--operators", "甲", "甲"]
    assert main(argv) == Exit.WRONG_USE
    assert "two different persons" in capsys.readouterr().err
    assert [path.name for path in settings_file.parent.iterdir()] == ["trusthub.toml"]


def test_the_doctor_says_what_lacks_and_then_that_all_is_well(
    settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["doctor", "--settings", str(settings_file)]
    assert main(argv) == Exit.REFUSED
    sick = capsys.readouterr().out
    assert "run: trusthub init" in sick
    assert "run: trusthub migrate" in sick
    main(["init", "--settings", str(settings_file)])
    capsys.readouterr()
    assert main(argv) == Exit.DONE
    well = capsys.readouterr().out
    assert "wrong" not in well
    for check in ("settings", "keys", "database", "http.port", "clock"):
        assert check in well


def test_the_doctor_sees_a_secret_that_others_can_read(
    settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "--settings", str(settings_file)])
    (settings_file.parent / "secrets" / "worker").chmod(0o644)
    capsys.readouterr()
    assert main(["doctor", "--settings", str(settings_file)]) == Exit.REFUSED
    assert "chmod 600" in capsys.readouterr().out


def test_the_doctor_names_the_setting_whose_file_is_not_there(
    settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "--settings", str(settings_file)])
    page = settings_file.read_text("utf-8")
    named = '[outbound]\nextra_ca_file = "nowhere.pem"'
    settings_file.write_text(page.replace("[outbound]", named, 1), "utf-8")
    capsys.readouterr()
    assert main(["doctor", "--settings", str(settings_file)]) == Exit.REFUSED
    assert "outbound.extra_ca_file" in capsys.readouterr().out


def test_a_core_for_passwords_that_is_not_there_stops_the_start(
    settings_file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main(["init", "--settings", str(settings_file)]) == Exit.DONE
    # The command names the file in the environment; afterwards it is gone again.
    monkeypatch.setenv(FILE_VARIABLE, str(settings_file))
    monkeypatch.setenv("TRUSTHUB__LIMITS__HASH_CORES", "[1023]")
    assert main(["serve", "--settings", str(settings_file)]) != Exit.DONE
    assert "limits.hash_cores: [1023]" in capsys.readouterr().err
