"""What is missing or another's at the start: refused in words, nothing runs half."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.faults.installation import PROGRAM, Installation

_PURPOSES = "purposes entity, tokens"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installation that could start; tests break copies of it."""
    return Installation.laid_out(tmp_path_factory.mktemp("whole") / "house").folder


@pytest.fixture
def broken(whole: Path, tmp_path: Path) -> Path:
    """Return a copy to break."""
    return Path(shutil.copytree(whole, tmp_path / "house"))


def _refused(folder: Path, name: str) -> str:
    """Try to start it; return what it said when it gave up."""
    done = subprocess.run(  # noqa: S603  our own program
        [str(PROGRAM), name, "--settings", str(folder / "settings.toml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
    )
    assert done.returncode in {1, 3}, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    assert "Listening" not in done.stderr
    return done.stderr


@pytest.mark.spec("issue 3: a missing key")
@pytest.mark.parametrize("name", ["serve", "worker"])
def test_a_missing_key_file_stops_the_start(broken: Path, name: str) -> None:
    (broken / "vault" / f"{name}.vault").unlink()
    said = _refused(broken, name)
    assert f"vault/{name}.vault" in said
    assert "purposes" in said


@pytest.mark.spec("issue 3: a missing key")
@pytest.mark.parametrize("name", ["serve", "worker"])
def test_a_missing_secret_stops_the_start(broken: Path, name: str) -> None:
    (broken / "secrets" / name).unlink()
    said = _refused(broken, name)
    assert f"secrets/{name}" in said
    assert "purposes" in said


@pytest.mark.spec("issue 3: a foreign key")
@pytest.mark.parametrize("secret", ["x", "x" * 43, "文" * 43])
def test_a_foreign_secret_stops_the_start(broken: Path, secret: str) -> None:
    (broken / "secrets" / "serve").write_text(secret, encoding="utf-8")
    said = _refused(broken, "serve")
    assert "vault/serve.vault" in said
    assert _PURPOSES in said
    assert secret * 2 not in said


@pytest.mark.spec("issue 3: a foreign key")
@pytest.mark.parametrize("content", [b"", b"\0" * 200, b"{}"])
def test_a_broken_key_file_stops_the_start(broken: Path, content: bytes) -> None:
    (broken / "vault" / "serve.vault").write_bytes(content)
    said = _refused(broken, "serve")
    assert "vault/serve.vault" in said


@pytest.mark.spec("issue 3: schema of another program")
@pytest.mark.parametrize("name", ["serve", "worker"])
def test_a_schema_of_another_program_stops_the_start(broken: Path, name: str) -> None:
    with sqlite3.connect(broken / "hub.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "9999" in _refused(broken, name)


@pytest.mark.spec("issue 3: no schema")
@pytest.mark.parametrize("name", ["serve", "worker"])
def test_an_empty_database_stops_the_start(broken: Path, name: str) -> None:
    for file in broken.glob("hub.db*"):
        file.unlink()
    assert "schema" in _refused(broken, name)
