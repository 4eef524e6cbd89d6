"""Parameters that may be named to whoever asks: ours, of the charset of RFC 6749 §5.2."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import idp.oidc
from idp.oidc.api.errors import PUSHED_ERRORS, TOKEN_ERRORS, description, row_of
from idp.oidc.domain.parameters import PARAMETERS, parameter_of
from idp.oidc.errors import GrantTypeNotAllowed, PromptContradictory, RequestMalformed
from idp.oidc.messages.authorization import KEPT_PARAMETERS
from kernel.web import ParameterMissing, ParameterRepeated

ASKING: Final = frozenset({"required", "optional", "repeatable"})
RAISED: Final = frozenset({"RequestMalformed", "ParameterMissing", "TokenTypeRefused"})
# What our own pages send each other is no parameter of a protocol.
OF_PAGES: Final = frozenset({"framed", "sign_out", "for"})


def names() -> Iterator[str]:
    """Yield every name that the issuer asks a form for, or refuses by."""
    for file in Path(idp.oidc.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and _names_one(node.func):
                told = node.args[0]
                if isinstance(told, ast.Constant) and isinstance(told.value, str):
                    yield told.value


def _names_one(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr in ASKING
    return isinstance(called, ast.Name) and called.id in RAISED


def test_every_parameter_that_is_asked_for_can_be_named() -> None:
    found = set(names())
    assert "code_verifier" in found
    assert found - PARAMETERS - OF_PAGES == set()
    assert KEPT_PARAMETERS <= PARAMETERS


@pytest.mark.spec("RFC 6749 §5.2")
def test_every_name_is_of_the_charset_of_a_description() -> None:
    assert all(re.fullmatch(r"[a-z_]+", name) for name in PARAMETERS)


@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize("rows", [TOKEN_ERRORS, PUSHED_ERRORS])
def test_a_description_names_the_parameter_and_no_other_word(
    rows: dict[type, object],
) -> None:
    told = {
        ParameterMissing("code"): ": code.",
        PromptContradictory("prompt"): ": prompt.",
        ParameterRepeated("code"): ": code.",
        ParameterRepeated("110101199003077758"): "malformed.",
        RequestMalformed(): "malformed.",
    }
    for error, end in told.items():
        assert description(row_of(error, rows), error).endswith(end)  # type: ignore[arg-type]  # errors of several kinds


def test_what_is_no_question_of_form_names_no_parameter() -> None:
    assert parameter_of(GrantTypeNotAllowed("refresh_token")) is None
