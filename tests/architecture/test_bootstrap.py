"""The composition root branches on no domain value: it reads settings and joins."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Module, modules, none_of, written


def _conditions(node: ast.AST) -> Iterator[ast.expr]:
    """Walk what a node decides by, if it is a node that decides."""
    if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
        yield node.test
    elif isinstance(node, ast.Match):
        yield node.subject
    elif isinstance(node, ast.comprehension):
        yield from node.ifs
    elif isinstance(node, ast.BoolOp):
        yield from node.values[:-1]


def _reads_settings(condition: ast.expr) -> bool:
    """Say whether a condition is about settings: something called settings is asked."""
    names = {node.id for node in ast.walk(condition) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(condition) if isinstance(node, ast.Attribute)}
    return "settings" in names


def decisions(module: Module) -> Iterator[str]:
    """Find what is decided on anything but settings."""
    for node in ast.walk(module.tree):
        for condition in _conditions(node):
            if not _reads_settings(condition):
                yield f"{module.at(condition)} decides on `{ast.unparse(condition)}`"


def _bootstrap() -> list[Module]:
    return [m for m in modules("server") if f"{m.name}.".startswith("server.bootstrap.")]


def test_the_composition_root_branches_on_settings_only() -> None:
    found = (place for module in _bootstrap() for place in decisions(module))
    none_of(found, "server.bootstrap decides on settings only; a rule belongs to a room")


@pytest.mark.parametrize(
    "text",
    [
        "if member.kind == 'saml':\n    pass",
        "probe = a if member.is_ca else b",
        "match event.type:\n    case 'x':\n        pass",
        "probes = [p for p in all_probes if p.kind == 'ca']",
        "probe = known or unknown",
    ],
)
def test_the_rule_sees_a_branch_on_a_domain_value(text: str) -> None:
    assert list(decisions(written("server.bootstrap", text)))


@pytest.mark.parametrize(
    "text",
    [
        "if settings.database.engine == 'sqlite':\n    pass",
        "store = redis(settings) if settings.redis is not None else sqlite(settings)",
        "match self.settings.profile:\n    case 'dev':\n        pass",
    ],
)
def test_settings_may_choose(text: str) -> None:
    assert not list(decisions(written("server.bootstrap", text)))
