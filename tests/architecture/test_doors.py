"""Doors that import-linter cannot watch: packages, strings, what `server` takes."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.sources import (
    DIVIDED,
    PACKAGES,
    ROOT,
    UNDIVIDED,
    Module,
    calls,
    floor_of,
    imports,
    modules,
    none_of,
    python_files,
    without_docstring,
    written,
)

ROOMS: Final = (*UNDIVIDED, *DIVIDED)

# Each of these finds code by a string, which no contract can follow.
IMPORTS_BY_STRING: Final = (
    "importlib.import_module",
    "importlib.util",
    "importlib.machinery",
    "pkgutil",
    "runpy",
)
CALLS_BY_STRING: Final = ("__import__", "import_module", "eval", "exec", "compile")

# The composition root takes what assembles and serves a room; its commands enter a room by
# its door, as any room may, and speak its wire formats, as the room's own edge does. What
# keeps rows and drivers (store, adapters) and single rules (checks) it leaves to `build`.
ASSEMBLED: Final = ("build", "api", "views", "tasks", "models")
DOOR: Final = ("service", "flows", "domain", "errors", "events", "ports")
SERVER_MAY_USE: Final = (*ASSEMBLED, *DOOR, "messages")
# The doctor looks at what is stored where the rooms cannot be assembled any more.
READS_STORES: Final = "server.doctoring"


def folders_without_init() -> Iterator[Path]:
    """Walk folders whose Python no contract and no type checker would see."""
    folders = {path.parent for path in python_files(*PACKAGES, "tests", "benchmarks")}
    return (folder for folder in folders if not (folder / "__init__.py").exists())


def imports_by_string(module: Module) -> Iterator[str]:
    """Find code that is loaded by a name in a string, or made of one."""
    for name, node in imports(module):
        if any(f"{name}.".startswith(f"{found}.") for found in IMPORTS_BY_STRING):
            yield f"{module.at(node)} imports {name}"
    for name, call in calls(module):
        if name.removeprefix("importlib.").removeprefix("builtins.") in CALLS_BY_STRING:
            yield f"{module.at(call)} calls {name}"


def more_than_a_docstring(module: Module) -> Iterator[str]:
    """Find what an ``__init__.py`` holds beside its docstring, and a missing docstring."""
    if ast.get_docstring(module.tree) is None:
        yield f"{module.at(module.tree)} has no docstring"
    for node in without_docstring(module.tree.body):
        yield f"{module.at(node)} {ast.unparse(node).splitlines()[0]}"


def other_floors(module: Module) -> Iterator[str]:
    """Find what a module of ``server`` takes from a room beside what assembles it."""
    stores = ("store",) if module.name == READS_STORES else ()
    for name, node in imports(module):
        floor = floor_of(name)
        if name.split(".")[0] in ROOMS and floor not in (*SERVER_MAY_USE, *stores):
            yield f"{module.at(node)} imports {name}"


def test_every_folder_with_python_is_a_package() -> None:
    folders = (str(folder.relative_to(ROOT)) for folder in folders_without_init())
    none_of(folders, "a folder needs an __init__.py, or no contract sees its code")


def test_no_code_is_loaded_by_a_string() -> None:
    everywhere = modules(*(name for name in PACKAGES if name != "server"))
    found = (place for module in everywhere for place in imports_by_string(module))
    none_of(found, "an import by string is invisible to every contract")


def test_the_init_of_a_room_holds_a_docstring_only() -> None:
    fronts = (module for module in modules(*ROOMS) if module.floor is None)
    found = (place for module in fronts for place in more_than_a_docstring(module))
    none_of(found, "__init__.py of a room holds its docstring and nothing else")


def test_server_takes_from_rooms_only_what_assembles_them() -> None:
    found = (place for module in modules("server") for place in other_floors(module))
    none_of(found, f"server uses only {', '.join(SERVER_MAY_USE)} of a room")


@pytest.mark.parametrize(
    "text",
    [
        "import importlib\nimportlib.import_module('idp.people.store')",
        "from importlib import import_module\nimport_module('idp')",
        "import importlib.util",
        "from pkgutil import walk_packages",
        "__import__('idp')",
        "exec('import idp')",
    ],
)
def test_the_rule_sees_an_import_by_string(text: str) -> None:
    assert list(imports_by_string(written("idp.people.service", text)))


def test_package_data_may_be_read() -> None:
    text = "from importlib.resources import files\nfiles('kernel').joinpath('a.txt')"
    assert not list(imports_by_string(written("kernel.identifiers", text)))


@pytest.mark.parametrize("text", ["", '"""Room."""\nfrom idp.people.domain import Person'])
def test_the_rule_sees_more_than_a_docstring(text: str) -> None:
    assert list(more_than_a_docstring(written("idp.people.__init__", text)))


@pytest.mark.parametrize(
    "text",
    [
        "from idp.people.store import SqlPeople",
        "import realname.checks",
        "from idp import people",
        "from trustroot.keys import adapters",
    ],
)
def test_the_rule_sees_another_floor_in_server(text: str) -> None:
    assert list(other_floors(written("server.bootstrap", text)))


def test_server_may_assemble() -> None:
    text = "from idp.people.build import people\nfrom realname import api, ports"
    text += "\nfrom audit.trail.flows.verify import Verification"
    assert not list(other_floors(written("server.bootstrap", text)))
