"""Which rules refuse with which error, and where they stand: read off the program.

A rule is a function of a room's ``checks``; its first sentence is the clause it obeys. A
table is a tuple of rows with a ``check`` each. Nothing is listed here by hand, so no new
row, rule or clause is forgotten.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import FunctionType, ModuleType
from typing import Final

from audit.trail.domain import FailedStep
from kernel.errors import DomainError
from kernel.faults import described, function_named, names_a_clause

_CHECKS: Final = re.compile(r"idp\.[a-z]+\.checks(\.|$)")
_FLOWS: Final = re.compile(r"idp\.[a-z]+\.flows(\.|$)")
_MOST: Final = 6
_SOURCE: Final = re.compile(r"Source: (.+)", re.DOTALL)
_OF_MODULE: Final = re.compile(r"[:,;]")


@cache
def steps_that_raise(error: str) -> tuple[FailedStep, ...]:
    """Return the rules that raise the error class of this name, in the order of tables.

    Several rules may share an error: these are candidates, for events that name no rule.
    """
    found = [_placed(rule) for rule in _rules() if error in rule.does.__code__.co_names]
    in_tables = sorted((step for step in found if step.number), key=_place_of)
    return (*in_tables, *(step for step in found if not step.number))[:_MOST]


def step_of(rule: str) -> FailedStep:
    """Return the rule that an event names, as ``module.name``, and where it stands.

    A rule that is not here any more is told by its name alone.
    """
    does = function_named(rule)
    module = sys.modules.get(getattr(does, "__module__", None) or "")
    if not isinstance(does, FunctionType) or module is None:
        return FailedStep("", 0, 0, rule, first_sentence(described(rule)))
    name = does.__qualname__
    return _placed(_Rule(name, does, _clause_of(does, module)))


@cache
def errors_by_code() -> dict[str, type[DomainError]]:
    """Return every error class that has a code of its own."""
    return {kind.code: kind for kind in _family(DomainError) if "code" in vars(kind)}


def first_sentence(said: str | None) -> str:
    """Return the first paragraph of a description, on one line."""
    return " ".join((said or "").strip().split("\n\n")[0].split())


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    does: FunctionType
    clause: str


def _place_of(step: FailedStep) -> tuple[str, int]:
    return step.table, step.number


def _family(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


def _placed(rule: _Rule) -> FailedStep:
    table, number, of = _places().get(rule.does, ("", 0, 0))
    return FailedStep(table, number, of, rule.name, rule.clause)


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        rule
        for floor in (_CHECKS, _FLOWS)
        for module in _modules(floor)
        for name, does in _functions(module)
        if (rule := _rule(name, does, module)) is not None
    )


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """Yield the functions of a module, and the methods of its classes."""
    for name, held in vars(module).items():
        if getattr(held, "__module__", None) != module.__name__:
            continue
        if isinstance(held, FunctionType):
            yield name, held
        elif isinstance(held, type):
            methods = vars(held).items()
            yield from (
                (f"{name}.{method}", does)
                for method, does in methods
                if isinstance(does, FunctionType)
            )


def _rule(name: str, does: FunctionType, module: ModuleType) -> _Rule | None:
    """Return a function as a rule if its description names a clause."""
    clause = _clause_of(does, module)
    return _Rule(name, does, clause) if names_a_clause(clause) else None


def _clause_of(does: FunctionType, module: ModuleType) -> str:
    """Return what a function says of itself, its clause first."""
    said = does.__doc__ or ""
    source = _SOURCE.search(said)
    sentence = first_sentence(said)
    if source is not None:
        sentence = f"{' '.join(source[1].split()).rstrip('.')}: {sentence}"
    if sentence.startswith("§"):
        home = _OF_MODULE.split(module.__doc__ or "", maxsplit=1)[0].rstrip(".")
        return f"{home} {sentence}"
    return sentence


@cache
def _places() -> dict[FunctionType, tuple[str, int, int]]:
    """Return where each rule stands: the table, the row, and of how many."""
    return {
        row.check: (name, number, len(held))
        for module in _modules(_FLOWS)
        for name, held in vars(module).items()
        if name.isupper() and _is_table(held)
        for number, row in enumerate(held, 1)
    }


def _is_table(held: object) -> bool:
    return (
        isinstance(held, tuple)
        and bool(held)
        and all(isinstance(getattr(row, "check", None), FunctionType) for row in held)
    )


def _modules(floor: re.Pattern[str]) -> Iterator[ModuleType]:
    """Yield the loaded modules of a floor: what is not loaded refuses nobody here."""
    for name in sorted(sys.modules):
        if floor.match(name):
            yield sys.modules[name]
