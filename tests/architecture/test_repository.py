"""The files around the code: what a newcomer, an operator and a machine rely on."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.sources import ROOT, none_of
from tests.skips import LISTED, listed_patterns

TARGETS: Final = (
    "install",
    "demo",
    "check",
    "test",
    "e2e",
    "interop",
    "deep",
    "mutants",
    "bench",
    "faults",
    "docs",
)
FRAGMENT: Final = re.compile(
    r"^\d+-[a-z0-9-]+\.(added|changed|fixed|removed|security|deprecated)\.md$"
)
# A link into the repository: no scheme before it, no fragment after it.
LINK: Final = re.compile(r"\]\((?!\w+:)([^)#]+)")
ADR_PARTS: Final = ("## Context", "## Decision", "## Consequences")


def make(*arguments: str) -> str:
    """Run make in the repository and return what it printed."""
    return subprocess.run(  # noqa: S603  our own arguments
        ["make", "--no-print-directory", *arguments],  # noqa: S607  make is the system's
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def adrs() -> list[Path]:
    """Return the decisions in their order."""
    return sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


def test_make_alone_prints_every_target_with_one_line() -> None:
    lines = [line.split()[:2] for line in make().splitlines()]
    assert lines == [["make", target] for target in TARGETS]


def test_the_makefile_has_these_targets_and_no_others() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z0-9-]+):", text, re.MULTILINE)
    assert sorted(targets) == sorted((*TARGETS, "help"))


def test_the_readme_gives_two_commands_first() -> None:
    blocks = re.findall(
        r"^```sh\n(.*?)^```",
        (ROOT / "README.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert blocks[0].splitlines() == ["make demo", "make test"]


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in adrs()]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", adrs(), ids=lambda path: path.stem)
def test_a_decision_says_why_what_and_what_follows(path: Path) -> None:
    text = path.read_text("utf-8")
    positions = [text.find(part) for part in ADR_PARTS]
    assert -1 not in positions
    assert positions == sorted(positions)
    assert text.startswith(f"# {int(path.name[:4])}. ")


def test_change_fragments_have_an_issue_words_and_a_kind() -> None:
    names = {path.name for path in (ROOT / "docs" / "changes").iterdir()} - {"README.md"}
    none_of((name for name in names if not FRAGMENT.match(name)), "docs/changes/README.md")


def test_links_in_the_readmes_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    links = (
        (page, link) for page in pages for link in LINK.findall(page.read_text("utf-8"))
    )
    missing = (f"{page.name}: {link}" for page, link in links if not (ROOT / link).exists())
    none_of(missing, "a link leads nowhere")


def test_every_listed_skip_has_its_reason() -> None:
    assert listed_patterns(LISTED.read_text("utf-8"))


def test_a_skip_without_a_reason_is_refused() -> None:
    with pytest.raises(pytest.UsageError):
        listed_patterns("no browser here\n")
