"""axe-core, fetched once with npm for tests alone; it is no part of what is shipped."""

import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page

PACKAGE: Final = "axe-core@4.14.1"
CACHE: Final = Path(__file__).parents[2] / ".pytest_cache" / "axe-core"
_SERIOUS: Final = frozenset({"serious", "critical"})
# The page's own policy forbids foreign scripts, so the rules come in by the debugger.
_RUN: Final = (
    "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
)


@cache
def source() -> str:
    """Return the text of axe, from the cache or from the registry.

    Skips the test where neither npm nor its registry is at hand.
    """
    kept = CACHE / "axe.min.js"
    if not kept.exists():
        _fetch()
    return kept.read_text("utf-8")


def serious(page: Page, rules: str) -> list[str]:
    """Return the serious faults of the page that is open, each with its first element."""
    page.evaluate(rules)
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:120]}"
        for fault in page.evaluate(_RUN)
        if fault["impact"] in _SERIOUS
    ]


def _fetch() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core cannot be fetched here")
    CACHE.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(  # noqa: S603  a fixed command
        [npm, "pack", "--silent", PACKAGE],
        cwd=CACHE,
        capture_output=True,
        text=True,
        check=False,
    )
    if packed.returncode:
        pytest.skip("axe-core cannot be fetched here")
    with tarfile.open(CACHE / packed.stdout.strip().splitlines()[-1]) as archive:
        member = archive.extractfile("package/axe.min.js")
        if member is None:
            pytest.fail(f"{PACKAGE} holds no axe.min.js")
        (CACHE / "axe.min.js").write_bytes(member.read())
