"""Whoever switches a rule off for a line says why, on that line."""

import re
import tokenize
from collections.abc import Iterator
from io import StringIO
from typing import Final

import pytest

from tests.architecture.sources import ROOT, none_of

_UNEXPLAINED: Final = re.compile(r"(noqa|noqa: [A-Z0-9, ]+|type: ignore(\[[a-z, -]+\])?)$")
_LOOKS_SO: Final = re.compile(
    rf"{_UNEXPLAINED.pattern.removesuffix('$')}[ \t]*$", re.MULTILINE
)


def unexplained(source: str) -> Iterator[int]:
    """Find lines of which the last word is an exception, not its reason."""
    if not _LOOKS_SO.search(source):  # reading token by token takes its time
        return
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type == tokenize.COMMENT and _UNEXPLAINED.search(token.string.rstrip()):
            yield token.start[0]


def test_every_exception_has_its_reason() -> None:
    found = (
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(ROOT.rglob("*.py"))
        if ".venv" not in path.parts
        for line in unexplained(path.read_text(encoding="utf-8"))
    )
    none_of(found, "an exception from a rule stands with its reason behind it")


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("x = run()  # noqa: S603", True),
        ("x = run()  # noqa: S603, S607", True),
        ("x = run()  # type: ignore[arg-type]", True),
        ("x = run()  # type: ignore[misc]  # noqa: ANN001", True),
        ("x = run()  # noqa: S603  our own arguments", False),
        ("x = run()  # type: ignore[misc]  # Authlib has no types", False),
        ("x = 'noqa: S603'", False),
    ],
)
def test_one_without_is_found(line: str, *, is_told: bool) -> None:
    assert list(unexplained(line + "\n")) == ([1] if is_told else [])
