"""The catalogue is whole, and what it names are families of tests, not single cases."""

import ast
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from tests.attacks.catalogue import MATTERS
from tests.attacks.numbered import NUMBERED, OTHER_ROOMS

TESTS: Final = Path(__file__).parents[1]
GENERATED: Final = frozenset({"parametrize", "given"})
WALKED: Final = frozenset({"believed", "tokens", "_together"})
"""Calls that go through a whole family."""
LOOPS: Final = (ast.For, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
NAMED: Final = sorted(set(chain(*MATTERS.values(), *NUMBERED.values())))


@pytest.fixture(autouse=True)
def _no_defect() -> None:
    """Nothing is served here."""


@cache
def _functions(file: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(file.read_text("utf-8"))
    return {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}


def is_a_family(test: ast.FunctionDef) -> bool:
    """Tell whether a test is generated, or goes through cases that are."""
    decorated = {_called(one) for one in test.decorator_list}
    called = {_called(one) for one in ast.walk(test) if isinstance(one, ast.Call)}
    loops = any(isinstance(one, LOOPS) for one in ast.walk(test))
    return bool(decorated & GENERATED or called & WALKED or loops)


def _called(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


@pytest.mark.parametrize("named", NAMED)
def test_each_attack_is_held_by_a_family_that_exists(named: str) -> None:
    file, _, name = named.partition("::")
    found = _functions(TESTS / file).get(name)
    assert found is not None, named
    assert is_a_family(found), named


def test_every_number_of_the_list_is_held_here_or_named_as_anothers() -> None:
    others = sorted(chain(*OTHER_ROOMS.values()))
    assert sorted([*NUMBERED, *others]) == list(range(1, 67))
    assert all(MATTERS.values())
    assert all(NUMBERED.values())


@pytest.mark.parametrize(
    ("source", "family"),
    [
        ("def test_x():\n    assert refused('one')", False),
        ("@pytest.mark.spec('x')\ndef test_x():\n    assert refused('one')", False),
        ("@pytest.mark.parametrize('x', [1])\ndef test_x(x):\n    assert x", True),
        ("@given(x=text())\ndef test_x(x):\n    assert x", True),
        ("def test_x():\n    for x in LIES:\n        assert refused(x)", True),
        ("def test_x():\n    assert believed(lies, takes) == set()", True),
    ],
)
def test_a_single_case_is_no_family(source: str, *, family: bool) -> None:
    (found,) = ast.parse(source).body
    assert isinstance(found, ast.FunctionDef)
    assert is_a_family(found) is family
