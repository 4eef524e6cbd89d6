"""docs/specs.md: clause by clause, the code that says it obeys and the tests that look."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol

from server.docs.citations import Citation, Clause, in_code, in_tests
from server.docs.rooms import PACKAGES, ROOT

_HEAD: Final = """# Clauses of specifications

Generated from code by `make docs`: where a docstring or a comment cites a clause, and which
tests are marked with it. A clause is written in one form (`RFC 6749 §4.1.3`), so that one
search finds all of it.
"""


class Reading(Protocol):
    """Reads the citations of one file."""

    def __call__(self, path: Path, module: str) -> Iterable[Citation]:
        """Walk them."""
        ...


def page() -> str:
    """Write the page."""
    said = _gathered(_from(PACKAGES, in_code))
    tested = _gathered(_from(("tests",), in_tests))
    every = sorted({*said, *tested}, key=lambda c: (_spec_order(c.specification), c.order))
    both = sum(1 for clause in every if clause in said and clause in tested)
    lines = [_HEAD, f"{len(every)} clauses, {both} of them both cited and tested by name."]
    for specification in dict.fromkeys(clause.specification for clause in every):
        lines += [
            "",
            f"## {specification}",
            "",
            "| clause | code | tests |",
            "|---|---|---|",
        ]
        own = (clause for clause in every if clause.specification == specification)
        lines += [_row(clause, said[clause], tested[clause]) for clause in own]
    return "\n".join(lines) + "\n"


def _from(folders: Iterable[str], read: Reading) -> Iterator[Citation]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from read(path, dotted(path))


def dotted(path: Path) -> str:
    """Return the dotted name of a module's file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _gathered(citations: Iterable[Citation]) -> "defaultdict[Clause, set[str]]":
    places: defaultdict[Clause, set[str]] = defaultdict(set)
    for citation in citations:
        places[citation.clause].add(citation.place)
    return places


def _spec_order(name: str) -> tuple[str, int, str]:
    kind, _, rest = name.partition(" ")
    digits = "".join(filter(str.isdigit, rest.split("-")[0].split(" ")[0]))
    return kind, int(digits or 0), rest


def _row(clause: Clause, said: set[str], tested: set[str]) -> str:
    code, tests = (_listed(sorted(places)) for places in (said, tested))
    return f"| {clause.section or 'all'} | {code} | {tests} |"


def _listed(places: list[str]) -> str:
    return "<br>".join(f"`{place.removeprefix('tests.')}`" for place in places)
