"""What every test may ask for: engines, published vectors, and an honest count of skips."""

import os
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


# Long values make poor names, and values drawn at random make names that differ from one
# process to the next, which pytest-xdist refuses.
LONGEST_NAME: Final = 40


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test case after its argument where its value would be no name."""
    too_long = isinstance(val, str | bytes) and len(val) > LONGEST_NAME
    return argname if too_long else None


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
