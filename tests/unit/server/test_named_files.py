"""Files that settings name: what is missing or something else stops the start, by name."""

from pathlib import Path

import pytest

from config.loader import read_page
from config.schema import Settings
from config.words import SettingsRefused
from server.cli import main
from server.cli.outcome import Exit
from server.named_files import file_problems, files_can_be_used
from tests.unit.config.pages import a_dev_page
from trustroot.keys.domain import RoleGroup

CERTIFICATES = "http.client_certificate.proxy_secret_file"
NAMED: list[tuple[str, str, dict[str, object]]] = [
    (CERTIFICATES, "http", {"client_certificate": {"proxies": ["10.0.0.1/32"]}}),
    ("database.password_file", "database", {}),
    ("ephemeral.password_file", "ephemeral", {}),
    ("outbound.extra_ca_file", "outbound", {}),
    ("oidc.client_authorities_file", "oidc", {}),
    ("http.tls_key", "http", {"tls_certificate": "here"}),
]
PEM = [row for row in NAMED if row[0].endswith(("ca_file", "authorities_file", "tls_key"))]


def page_with(key: str, section: str, beside: dict[str, object], folder: Path) -> Settings:
    (folder / "here").write_text("no certificate", "utf-8")
    page = a_dev_page()
    table = page.setdefault(section, {})
    table.update(beside)
    held = table.get("client_certificate", table)
    assert isinstance(held, dict)
    held[key.rpartition(".")[2]] = "file"
    return read_page(page, folder)


def refusals(key: str, section: str, beside: dict[str, object], folder: Path) -> list[str]:
    settings = page_with(key, section, beside, folder)
    with pytest.raises(SettingsRefused) as caught:
        files_can_be_used(settings, RoleGroup.SERVE)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(("key", "section", "beside"), NAMED)
def test_a_file_that_is_not_there_is_told_by_its_setting(
    key: str, section: str, beside: dict[str, object], tmp_path: Path
) -> None:
    told = f"{key}: {tmp_path / 'file'} cannot be read: No such file or directory"
    assert refusals(key, section, beside, tmp_path) == [told]


@pytest.mark.parametrize(("key", "section", "beside"), PEM)
def test_a_file_that_holds_something_else_is_told_by_its_setting(
    key: str, section: str, beside: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("a sonnet", "utf-8")
    (said,) = refusals(key, section, beside, tmp_path)
    assert said.startswith((f"{key}: ", "http.tls_certificate: "))
    assert "cannot be read" not in said


@pytest.mark.parametrize(("key", "section", "beside"), NAMED)
def test_the_worker_needs_what_it_reads_and_nothing_that_is_for_requests(
    key: str, section: str, beside: dict[str, object], tmp_path: Path
) -> None:
    settings = page_with(key, section, beside, tmp_path)
    told = [problem.key for problem in file_problems(settings, RoleGroup.WORKER)]
    assert told == ([] if section == "http" else [key])


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_begins_without_such_a_file(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "trusthub.toml"
    lines = [f'{key} = "{value}"' for key, value in a_dev_page()["installation"].items()]
    named = '[oidc]\nclient_authorities_file = "nowhere.pem"'
    file.write_text("\n".join(["[installation]", *lines, named]), "utf-8")
    assert main([command, "--settings", str(file)]) == Exit.WRONG_USE
    assert "oidc.client_authorities_file: " in capsys.readouterr().err
    assert not (tmp_path / "trusthub.sqlite").exists()


def test_a_template_is_of_the_profile_that_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["init", "--template", "dev"])
    assert '\nprofile = "dev"\n' in capsys.readouterr().out
