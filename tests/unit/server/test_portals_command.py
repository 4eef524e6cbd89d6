"""What stops the portals before one of them starts, told by its setting."""

import socket
from pathlib import Path

import pytest

from server.cli import main
from server.cli.outcome import Exit
from tests.unit.config.pages import a_dev_page

_PORTAL = """\
[[portals]]
kind = "public"
name = "{name}"
base_url = "http://localhost:{port}"
port = {port}
issuer = "{issuer}"
client_id = "{name}"
client_secret_file = "{name}.secret"
session_secret_file = "{name}.session"
"""


def page(folder: Path, **ports: int) -> str:
    """Write a page of settings with some portals; their secrets lie beside it."""
    installation = a_dev_page()["installation"]
    lines = [f'{key} = "{value}"' for key, value in installation.items()]
    rows = [
        _PORTAL.format(name=name, port=port, issuer=installation["issuer"])
        for name, port in ports.items()
    ]
    for name in ports:
        for kind in ("secret", "session"):
            secret = folder / f"{name}.{kind}"
            secret.write_text("x" * 43 + "\n", "utf-8")
            secret.chmod(0o600)
    file = folder / "trusthub.toml"
    file.write_text("\n".join(["[installation]", *lines, *rows]), "utf-8")
    return str(file)


@pytest.mark.parametrize("kind", ["secret", "session"])
def test_a_secret_that_is_not_there_is_told_by_its_setting(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = page(tmp_path, first=8601, second=8602)
    (tmp_path / f"second.{kind}").unlink()
    assert main(["portals", "--settings", settings]) == Exit.WRONG_USE
    setting = {"secret": "client_secret_file", "session": "session_secret_file"}[kind]
    said = capsys.readouterr().err
    assert f"portals[1].{setting}: {tmp_path / f'second.{kind}'} cannot be read" in said
    assert "portals[0]" not in said
    assert not (tmp_path / "portals").exists()


def test_a_port_where_somebody_listens_is_told_by_its_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        settings = page(tmp_path, first=8601, second=port)
        assert main(["portals", "--settings", settings]) == Exit.WRONG_USE
    assert f"portals[1].port: 127.0.0.1:{port} is in use" in capsys.readouterr().err


def test_what_another_portal_lacks_stops_nobody_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        settings = page(tmp_path, first=port, second=8602)
        (tmp_path / "second.secret").unlink()
        assert main(["portals", "--settings", settings, "--only", "first"]) != Exit.DONE
    said = capsys.readouterr().err
    assert "portals[0].port" in said
    assert "portals[1]" not in said
