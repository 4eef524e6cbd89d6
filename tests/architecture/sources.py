"""The sources as these tests see them: names, places, syntax trees; nothing is run."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]

PACKAGES: Final = (
    "audit",
    "ca_bridge",
    "config",
    "federation",
    "idp",
    "kernel",
    "peers",
    "portals",
    "realname",
    "server",
    "trustroot",
)
# Rooms without sub-rooms; in the others the second part of a name is the sub-room.
UNDIVIDED: Final = ("ca_bridge", "federation", "realname")
DIVIDED: Final = ("audit", "idp", "peers", "portals", "trustroot")
RULE_FLOORS: Final = (
    "service",
    "flows",
    "checks",
    "ports",
    "messages",
    "events",
    "domain",
    "errors",
)


@dataclass(frozen=True, slots=True)
class Module:
    """One file of Python under a top-level package or under tests."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def room(self) -> str | None:
        """Return the room or sub-room that the module is part of, if it is in one."""
        parts = self.name.split(".")
        if parts[0] in UNDIVIDED:
            return parts[0]
        return ".".join(parts[:2]) if parts[0] in DIVIDED and len(parts) > 1 else None

    @property
    def floor(self) -> str | None:
        """Return the name of the module's floor in its room, None for the room itself."""
        return floor_of(self.name)

    def at(self, node: ast.AST) -> str:
        """Say where a node stands, as file and line."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def floor_of(name: str) -> str | None:
    """Return the floor that a dotted name of a room's module stands on."""
    parts = name.split(".")
    depth = 1 if parts[0] in UNDIVIDED else 2 if parts[0] in DIVIDED else None
    return parts[depth] if depth is not None and len(parts) > depth else None


def python_files(*folders: str) -> Iterator[Path]:
    """Walk the Python files of some top-level folders, in a stable order."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _parsed(text: str, path: Path) -> ast.Module:
    # CPython counts the depth of AST building for the whole interpreter (gh-106905, in 3.11
    # and early 3.12): a thread that another test left at work can upset it. Nothing is
    # wrong with the source then, and the next attempt tells so.
    for _ in range(5):
        try:
            return ast.parse(text, str(path))
        except SystemError:
            continue
    return ast.parse(text, str(path))


@cache
def _read(path: Path) -> Module:
    text = path.read_text("utf-8")
    return Module(_dotted(path), path, _parsed(text, path), len(text.splitlines()))


def modules(*packages: str) -> tuple[Module, ...]:
    """Return the parsed modules of some packages; of all of ours if none is named."""
    return tuple(_read(path) for path in python_files(*(packages or PACKAGES)))


def on_floor(*floors: str) -> tuple[Module, ...]:
    """Return the modules of all rooms that stand on one of these floors."""
    return tuple(module for module in modules() if module.floor in floors)


def imports(module: Module) -> Iterator[tuple[str, ast.stmt]]:
    """Walk the dotted names that a module imports, wherever it does.

    ``from a import b`` gives ``a.b``: whether b is a module does not show in the text.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def called(call: ast.Call) -> str:
    """Return the text of what is called: ``datetime.now``, ``key.sign``, ``open``."""
    names, node = [], call.func
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return ".".join([node.id, *reversed(names)])
    return ast.unparse(call.func)


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Walk the calls of a module, each with the dotted text of what it calls."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield called(node), node


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return a body without the docstring that it may open with."""
    first = body[0] if body else None
    is_docstring = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    return body[1:] if is_docstring else body


def written(name: str, text: str) -> Module:
    """Return a module that exists only here, to show that a rule sees what it should."""
    path = ROOT / Path(*name.split(".")).with_suffix(".py")
    return Module(name, path, ast.parse(text), len(text.splitlines()))


def none_of(found: Iterable[str], rule: str) -> None:
    """Fail with the rule and every place that breaks it."""
    places = sorted(found)
    if places:
        pytest.fail("\n  ".join([rule, *places]), pytrace=False)
