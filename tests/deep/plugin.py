"""A pytest plugin: runs each test once as it is, then with each line gone that it came by.

A line counts as missed when a test that passes with it fails without it.
"""

import builtins
import json
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

import pytest
from _pytest.runner import runtestprotocol

from tests.deep import planting
from tests.deep.planting import TRIAL, Line, Planter

_MOST_TRIES: Final = 60
"""How many tests may overlook a line that gives a value before it counts as overlooked."""


class _Planted(SourceFileLoader):
    """Loads a module with its questions, and never from what was compiled before."""

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_data(self.path).decode("utf-8")
        return compile(Planter(fullname).planted(source), self.path, "exec")


class _Finder(MetaPathFinder):
    """Finds the modules in which lines can be gone."""

    def __init__(self) -> None:
        self._modules = planting.sources()

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname not in self._modules:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None:
            spec.loader = _Planted(fullname, str(self._modules[fullname]))
        return spec


# Before any conftest is imported, for those import what is planted.
vars(builtins).update(__deleted__=planting, __row__=planting.row)
sys.meta_path.insert(0, _Finder())


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the file to report to."""
    parser.addoption("--missed", type=Path, help="where to list lines whose loss is seen")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run every test as it is, and again without each line that is not yet missed."""
    report: Path = session.config.getoption("--missed")
    missed = _said(report)
    left = {one.name: one for one in planting.lines() if one.name not in missed}
    tries: dict[str, int] = {}
    for item, after in zip(session.items, [*session.items[1:], None], strict=True):
        for name in _to_try(item, after, left):
            tries[name] = tries.get(name, 0) + 1
            if not _passes(item, after, name):
                del left[name]
                _say(report, name, item.nodeid)
            elif left[name].gives and tries[name] >= _MOST_TRIES:
                del left[name]
    return True


def _to_try(
    item: pytest.Item, after: pytest.Item | None, left: dict[str, Line]
) -> Iterator[str]:
    TRIAL.seen, TRIAL.refused = set(), set()
    if not _passes(item, after, None):
        return
    seen, refused = TRIAL.seen, TRIAL.refused
    for name in sorted(seen & left.keys()):
        if left[name].gives or left[name].within in refused:
            yield name


def _passes(item: pytest.Item, after: pytest.Item | None, gone: str | None) -> bool:
    TRIAL.gone = gone
    try:
        reports = runtestprotocol(item, log=False, nextitem=after)
    finally:
        TRIAL.gone = None
    return not any(report.failed for report in reports)


def _say(report: Path, name: str, test: str) -> None:
    with report.open("a", encoding="utf-8") as file:
        file.write(json.dumps([name, test], ensure_ascii=False) + "\n")


def _said(report: Path) -> set[str]:
    """Return the lines that an earlier run over other tests listed already."""
    written = report.read_text("utf-8").splitlines() if report.exists() else []
    return {json.loads(line)[0] for line in written}
