"""A command line that cannot be understood: told to people, and to programs."""

import json

import pytest

from server.cli import main
from server.cli.outcome import Exit


@pytest.mark.parametrize(
    "argv",
    [
        ["nothing"],
        ["members"],
        ["members", "nothing"],
        ["clients", "ticket", "--uses", "x"],
        ["clients", "quickstart", "app", "--for", "cobol"],
        ["clients", "disable", "app"],
        ["doctor", "--nothing"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_to_programs_too(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*argv, "--json"]) == Exit.WRONG_USE
    shown = capsys.readouterr()
    told = json.loads(shown.out)
    assert told["exit"] == Exit.WRONG_USE
    assert told["error"] in shown.err
    assert "--help" in told["advice"]
    assert main(argv) == Exit.WRONG_USE
    assert capsys.readouterr().out == ""
