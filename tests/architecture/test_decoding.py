"""What comes from outside is decoded so that every refusal is caught."""

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from tests.architecture.sources import Module, modules, none_of, written

TOO_NARROW: Final = "binascii.Error"


def caught(module: Module) -> Iterator[str]:
    """Find who waits for base64's own error alone.

    Text beyond ASCII is refused with a plain ValueError, which that one is a kind of.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            named = ast.unparse(node.type)
            if TOO_NARROW in named:
                yield f"{module.at(node)} catches {named}"


def test_whoever_decodes_base64_also_refuses_text_beyond_ascii() -> None:
    found = (place for module in modules() for place in caught(module))
    none_of(found, "base64 of a stranger is refused with ValueError, not binascii.Error")


@pytest.mark.parametrize(
    "waiting", ["binascii.Error", "(binascii.Error, UnicodeDecodeError)"]
)
def test_who_waits_for_too_little_is_found(waiting: str) -> None:
    module = written(
        "kernel.any", f"try:\n    b64decode(text)\nexcept {waiting}:\n    raise\n"
    )
    assert len(list(caught(module))) == 1
