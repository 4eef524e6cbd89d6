"""The wheel holds every module and every template, catalogue and picture, and no tests."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from tests.architecture.sources import PACKAGES, ROOT, none_of

BUILD: Final = "import setuptools.build_meta as b; b.build_wheel('out')"
# A room's README is for who reads the sources.
NOT_SHIPPED: Final = ("README.md",)
CACHES: Final = shutil.ignore_patterns("__pycache__", ".*_cache")


@dataclass(frozen=True, slots=True)
class Built:
    """A wheel, and the files of our packages that it was built from."""

    wheel: ZipFile
    sources: frozenset[str]


def shipped(root: Path) -> Iterator[str]:
    """Walk the files under our packages that an installation needs."""
    for package in PACKAGES:
        for path in (root / package).rglob("*"):
            if path.is_file() and path.name not in NOT_SHIPPED:
                yield str(path.relative_to(root))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the wheel from a copy, so that nothing is left in the tree."""
    copy = tmp_path_factory.mktemp("sources")
    for package in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / package, copy / package, ignore=CACHES)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    sources = frozenset(shipped(copy))
    subprocess.run(  # noqa: S603  our own interpreter and arguments
        [sys.executable, "-c", BUILD], cwd=copy, check=True, capture_output=True
    )
    return Built(ZipFile(next((copy / "out").glob("*.whl"))), sources)


def test_the_wheel_holds_every_file_of_the_packages(built: Built) -> None:
    missing = built.sources - set(built.wheel.namelist())
    none_of(missing, "setup.cfg, package_data: no pattern reaches this file")


def test_the_wheel_holds_nothing_else(built: Built) -> None:
    tops = {name.split("/")[0] for name in built.wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_brings_the_licence_and_the_command(built: Built) -> None:
    names = built.wheel.namelist()
    assert any(name.endswith("/LICENSE") for name in names)
    entry_points = next(name for name in names if name.endswith("entry_points.txt"))
    assert "trusthub = server.cli:main" in built.wheel.read(entry_points).decode()
