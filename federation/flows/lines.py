"""Findings line by line: what was looked at, by which clause, and what to change."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kernel.errors import DomainError, Refused
from trustroot.registry.domain import ProbeCheck

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to look at: its name, its clause, and what to do if it is not so."""

    name: str
    clause: str
    advice: str


class Look(Protocol[T_co]):
    """Looks at one thing; what is wrong is raised as a refusal."""

    def __call__(self) -> T_co:
        """Return what was seen."""
        ...


def looked(
    line: Line, look: Look[T], failures: type[DomainError] = Refused
) -> Generator[ProbeCheck, None, T | None]:
    """Yield what one look found, and return what it gave; None if it was refused."""
    try:
        seen = look()
    except failures as refused:
        yield found(line, passed=False, reason=_reason(refused))
        return None
    yield found(line, passed=True)
    return seen


def drained(
    lines: Generator[ProbeCheck, None, T | None], into: list[ProbeCheck]
) -> T | None:
    """Collect what a look yields, and return what it returns."""
    while True:
        try:
            into.append(next(lines))
        except StopIteration as end:
            seen: T | None = end.value
            return seen


def found(line: Line, *, passed: bool, reason: str = "") -> ProbeCheck:
    """Lay one finding out; the advice is given only where something is to be changed."""
    advice = f"{line.advice} ({reason})" if reason else line.advice
    return ProbeCheck(
        name=line.name,
        passed=passed,
        clause=line.clause,
        advice="" if passed else advice,
    )


def _reason(refused: DomainError) -> str:
    return f"{refused.code}: {refused.detail}"[:200] if refused.detail else refused.code
