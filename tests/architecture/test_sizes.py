"""One idea a file, one thought a function; what is longer is listed with its reason."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

import pytest

from tests.architecture.sources import (
    PACKAGES,
    ROOT,
    Module,
    modules,
    none_of,
    without_docstring,
    written,
)

LINES_OF_A_FILE: Final = 350
LINES_OF_A_FUNCTION: Final = 40

# Path → why the file is longer.
LONG_FILES: Final[dict[str, str]] = {}
# Pattern of a function's dotted name → why it is longer.
LONG_FUNCTIONS: Final = {
    "*.api.routes": "a table, one row an endpoint",
    "*.api.*.routes": "a table, one row an endpoint",
    "*.views.*_add_*": "a list of page functions, each of them counted by itself",
    "tests.unit.*.serv*": "a server of a test: its endpoints are nested and counted too",
    "benchmarks.token_endpoint.make_authlib": "a foreign server, set up as its manual says",
    "server.bootstrap.*": "constructor calls, one a room",
    "server.migrations.versions.*": "one line a table, or one a column",
}


def long_functions(module: Module) -> Iterator[str]:
    """Find functions with too many lines, their docstring not counted."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = without_docstring(node.body)
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if length > LINES_OF_A_FUNCTION and not _may_be_long(
                f"{module.name}.{node.name}"
            ):
                yield f"{module.at(node)} {node.name} has {length} lines"


def _may_be_long(function: str) -> bool:
    return any(fnmatchcase(function, pattern) for pattern in LONG_FUNCTIONS)


def long_files(module: Module) -> Iterator[str]:
    """Find a file with too many lines."""
    path = str(module.path.relative_to(ROOT))
    if module.lines > LINES_OF_A_FILE and path not in LONG_FILES:
        yield f"{path} has {module.lines} lines"


def program() -> tuple[Module, ...]:
    """Return what is installed, but for migrations, which only ever grow by appending.

    A test file may be a long table of cases and still be one idea.
    """
    return tuple(
        m for m in modules() if not m.name.startswith("server.migrations.versions.")
    )


def everything() -> tuple[Module, ...]:
    """Return all Python of the repository, tests and benchmarks too."""
    return modules(*PACKAGES, "tests", "benchmarks")


def test_files_hold_one_idea() -> None:
    found = (place for module in program() for place in long_files(module))
    none_of(found, f"more than {LINES_OF_A_FILE} lines: more than one idea")


def test_functions_hold_one_thought() -> None:
    found = (place for module in everything() for place in long_functions(module))
    none_of(found, f"more than {LINES_OF_A_FUNCTION} lines: more than one thought")


def test_no_exception_outlives_its_file() -> None:
    paths = {str(module.path.relative_to(ROOT)) for module in everything()}
    assert set(LONG_FILES) <= paths


@pytest.mark.parametrize(("lines", "found"), [(40, 0), (41, 1)])
def test_the_rule_counts_lines_without_the_docstring(lines: int, found: int) -> None:
    text = "def f():\n    '''Say.\n\n    More.\n    '''\n" + "    x = 1\n" * lines
    assert len(list(long_functions(written("idp.people.domain", text)))) == found


def test_the_rule_counts_the_lines_of_a_file() -> None:
    assert list(long_files(written("idp.people.domain", "x = 1\n" * 351)))
    assert not list(long_files(written("idp.people.domain", "x = 1\n" * 350)))
