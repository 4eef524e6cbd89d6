"""How a client's registration stands to a specification, line by line."""

from dataclasses import dataclass
from enum import StrEnum


class Holds(StrEnum):
    """What was found of one clause."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_ASKED = "not_asked"


class Strength(StrEnum):
    """How strongly the specification asks (RFC 2119)."""

    MUST = "must"
    SHOULD = "should"


class By(StrEnum):
    """Who sees to it: the registration says so, or this server does so for everybody."""

    RECORD = "record"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Line:
    """One clause and what was found of it."""

    clause: str
    strength: Strength
    by: By
    holds: Holds
    says_zh: str
    says_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All lines of one specification.

    Attributes:
        required: the client's profile holds it to this specification.
    """

    name: str
    required: bool
    lines: tuple[Line, ...]

    @property
    def conforms(self) -> bool:
        """Whether no MUST is broken; what SHOULD be otherwise is told, and no failure."""
        return not any(
            line.holds is Holds.BROKEN and line.strength is Strength.MUST
            for line in self.lines
        )


def reports_conform(reports: tuple[Report, ...]) -> bool:
    """Tell whether all that the client is held to holds."""
    return all(report.conforms for report in reports if report.required)
