"""Every deleted line of a check fails a test, of issuer and client record alike."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.deep.planting import ROOT, lines

_TESTS: Final = ("tests/unit/idp/clients", "tests/unit/idp/oidc")


@pytest.fixture(scope="module")
def missed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return each line whose loss a test sees, and the first test that does."""
    folder = tmp_path_factory.mktemp("deleted")
    report = folder / "missed.jsonl"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.deep.plugin"]
    done = subprocess.run(  # noqa: S603  our own arguments
        [*command, "-p", "no:cacheprovider", "--missed", str(report), *_TESTS],
        cwd=ROOT,
        env={**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.is_file(), done.stdout + done.stderr
    return dict(json.loads(line) for line in _written(report))


def _written(report: Path) -> list[str]:
    return report.read_text("utf-8").splitlines()


def test_there_are_lines_of_every_table() -> None:
    tables = {line.name.partition(": row ")[0] for line in lines() if ": row " in line.name}
    assert tables == {
        "idp.clients.service.rules",
        "idp.oidc.flows.conformance",
        "idp.oidc.flows.sender_steps",
        "idp.oidc.flows.proof_steps",
        "idp.oidc.flows.signed_steps",
        "idp.oidc.flows.steps",
    }


@pytest.mark.deep
@pytest.mark.spec("RFC 9700 §2; each line by the clause of its rule")
@pytest.mark.parametrize("line", [one.name for one in lines()])
def test_a_deleted_line_fails_a_test(line: str, missed: dict[str, str]) -> None:
    assert line in missed
