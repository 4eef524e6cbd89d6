"""The modules of the whole program, loaded by name so that none is forgotten.

What a class enters at its definition (event types, errors, tables of answers) is complete
only when everything has been imported.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

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
_DIVIDED: Final = frozenset({"audit", "idp", "peers", "portals", "trustroot", "kernel"})
# Run by Alembic, or by a person; to import them is to run them.
_PROGRAMS: Final = ("__main__", "server.migrations.env", "server.migrations.versions")


@cache
def modules() -> tuple[ModuleType, ...]:
    """Import every module of every package, in the order of their names."""
    return tuple(importlib.import_module(name) for name in sorted(_names()))


def _names() -> Iterator[str]:
    for package in PACKAGES:
        yield package
        found = pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
        yield from (each.name for each in found if not _is_program(each.name))


def _is_program(name: str) -> bool:
    return any(part in name for part in _PROGRAMS)


def is_ours(kind: type) -> bool:
    """Tell whether a class is part of the program, not of a test or a library."""
    return kind.__module__.partition(".")[0] in PACKAGES


def room_of(name: str) -> str:
    """Return the room of a dotted name: ``idp.people`` of ``idp.people.errors``."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] in _DIVIDED else parts[0]


def first_sentence(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line, fit for a table."""
    paragraph = (text or "").strip().split("\n\n")[0]
    return " ".join(paragraph.split()).replace("``", "`").replace("|", "\\|")
