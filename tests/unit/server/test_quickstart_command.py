"""``trusthub clients quickstart``: where the files go."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli import main
from server.cli.outcome import Exit
from tests.unit.server.hub import Answers, served

FILES = {"files": [{"name": "a.py", "text": "one\n"}, {"name": "b.py", "text": "two\n"}]}


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Path]:
    answers = Answers()
    answers.pages["/api/v1/clients/app/quickstart"] = (200, {}, json.dumps(FILES))
    with served(answers) as hub:
        said = {
            "api": f"{hub.base}/api/v1",
            "token_endpoint": f"{hub.base}/oauth2/token",
            "client_id": "cli",
            "client_secret": "s",
        }
        path = tmp_path / "context.json"
        path.write_text(json.dumps(said))
        yield path


def written(folder: Path, context: Path) -> int:
    words = ("clients", "quickstart", "app", "--for", "django", "--out", str(folder))
    return main([*words, "--context", str(context)])


def test_the_files_are_written_into_a_folder_made_for_them(
    context: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "start"
    assert written(folder, context) == Exit.DONE
    assert {file.name: file.read_text() for file in folder.iterdir()} == {
        "a.py": "one\n",
        "b.py": "two\n",
    }
    assert written(tmp_path / "new", context) == Exit.DONE


def test_nothing_that_is_there_is_overwritten(
    context: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text("mine")
    assert written(tmp_path, context) == Exit.WRONG_USE
    assert (tmp_path / "a.py").read_text() == "mine"
    assert str(tmp_path / "a.py") in capsys.readouterr().err
    assert not (tmp_path / "b.py").exists()


def test_a_folder_that_cannot_be_made_is_named(
    context: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file")
    folder = tmp_path / "taken" / "start"
    assert written(folder, context) == Exit.WRONG_USE
    told = capsys.readouterr().err
    assert f"{folder}: Not a directory" in told
    assert "give another folder" in told
    assert not folder.exists()
