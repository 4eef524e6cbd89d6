"""``python -m server.docs [--check]``: write the generated pages, or say which is stale."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from config.template import describe
from server.docs import errors, events, specs
from server.docs.rooms import ROOT


def settings_page() -> str:
    """Write docs/settings.md from the typed page of settings."""
    return describe()


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "errors.md": errors.page,
    "events.md": events.page,
    "settings.md": settings_page,
    "specs.md": specs.page,
}


def stale(folder: Path) -> list[str]:
    """Return the names of the pages that are not what the code says now."""
    return [name for name, page in PAGES.items() if _read(folder / name) != page()]


def write(folder: Path) -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when the pages are written or current, 1 when one is stale."""
    parser = argparse.ArgumentParser(prog="python -m server.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs")
    asked = parser.parse_args(arguments)
    if not asked.check:
        write(asked.folder)
        return 0
    old = stale(asked.folder)
    for name in old:
        sys.stderr.write(f"docs/{name} is not what the code says; run: make docs\n")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
