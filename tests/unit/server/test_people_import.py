"""A user base in a file: what is sent of it, and where rejected rows go."""

import json
from pathlib import Path

import pytest

from server.cli.outcome import WrongUse
from server.cli.people_import import keep_rejected, rows_of


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def test_a_table_becomes_rows_and_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "users.csv",
        "key,name,level,username,issuer,subject,company_name,company_uscc,company_role\n"
        "u1,王小明,2,,https://pay.example,s-1,某公司,91350100M000100Y43,agent\n"
        "u2,李四,x,li.si,,,,,\n",
    )
    assert [*rows_of(file)] == [
        {
            "key": "u1",
            "name": "王小明",
            "level": 2,
            "link": {"issuer": "https://pay.example", "subject": "s-1"},
            "companies": [
                {"name": "某公司", "uscc": "91350100M000100Y43", "role": "agent"}
            ],
        },
        {"key": "u2", "name": "李四", "level": "x", "username": "li.si"},
    ]


def test_rejected_rows_lie_beside_the_file_and_are_read_again_without_reasons(
    tmp_path: Path,
) -> None:
    file = written(tmp_path, "users.jsonl", '{"key": "u1"}\n\n')
    kept = keep_rejected(file, [{"key": "u1", "_reason": "no_way_in"}])
    assert kept is not None
    assert json.loads(Path(kept).read_text("utf-8"))["_reason"] == "no_way_in"
    assert Path(kept).stat().st_mode & 0o077 == 0
    assert [*rows_of(Path(kept))] == [{"key": "u1"}]
    assert keep_rejected(file, []) is None


@pytest.mark.parametrize("text", ["{", "[]\n", '"a"\n'])
def test_a_line_that_is_no_object_ends_the_command_and_names_it(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(WrongUse, match="line 2"):
        [*rows_of(written(tmp_path, "users.jsonl", '{"key": "u1"}\n' + text))]


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"none\.jsonl"):
        [*rows_of(tmp_path / "none.jsonl")]
