"""What every test may ask for: engines, published vectors, and an honest count of skips."""

import gc
import os
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.engines", "tests.skips"]

ROOT: Final = Path(__file__).resolve().parent.parent

# Timing is a benchmark's business: a busy machine must not turn a property into a coin.
settings.register_profile(
    "quick",
    max_examples=60,
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quick")

LONGEST_NAME: Final = 40
SELDOM: Final = (20_000, 50, 100)
"""What a collector of garbage waits for here: a tenth of a run was spent on it."""


def pytest_collection_finish() -> None:
    """Look no more for garbage among the tests and the program, which stay to the end."""
    gc.freeze()
    gc.set_threshold(*SELDOM)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test case after its argument where its value would make a bad name.

    A long value says nothing; one drawn at random differs between processes, and one that
    is no text (a lone surrogate) cannot travel, both of which pytest-xdist refuses.
    """
    if not isinstance(val, str | bytes):
        return None
    is_text = isinstance(val, bytes) or val.isprintable()
    return None if is_text and len(val) <= LONGEST_NAME else argname


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let whatever a test printed or logged travel to the process that reports."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode("utf-8"))
        for title, text in report.sections
    ]
    return report


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the working tree."""
    return ROOT


@pytest.fixture(scope="session")
def shared_vectors() -> Path:
    """Return the folder of published test vectors, kept beside the repository."""
    folder = ROOT.parent / "shared" / "vectors"
    if not folder.is_dir():
        pytest.skip("shared vectors are not beside the repository")
    return folder
