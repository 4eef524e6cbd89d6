"""A skip that nobody listed turns a run red in CI, and only there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

LISTED = "no Redis wheel here"


def run(folder: Path, reason: str, *, strict: bool) -> subprocess.CompletedProcess[str]:
    """Run one skipped test with our plugin in a process of its own."""
    test = folder / "test_one.py"
    test.write_text(
        f"import pytest\n\ndef test_it():\n    pytest.skip({reason!r})\n", "utf-8"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    environment["TRUSTHUB_UNLISTED_SKIPS"] = "fail" if strict else "show"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.skips",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(  # noqa: S603  our own interpreter and arguments
        [*command, "--rootdir", str(folder), str(test)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unlisted_skip_fails_a_strict_run(tmp_path: Path) -> None:
    result = run(tmp_path, "no time today", strict=True)
    assert result.returncode == 1
    assert "no time today" in result.stdout


@pytest.mark.parametrize(("reason", "strict"), [("no time today", False), (LISTED, True)])
def test_other_skips_do_not(tmp_path: Path, reason: str, strict: bool) -> None:  # noqa: FBT001  pytest gives it
    assert run(tmp_path, reason, strict=strict).returncode == 0
