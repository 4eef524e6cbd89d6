"""What a technical check of a member found."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeCheck:
    """One thing that was looked at; ``advice`` says what the applicant can do about it."""

    name: str
    passed: bool
    clause: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """All that was looked at of one member."""

    at: datetime
    checks: tuple[ProbeCheck, ...]

    @property
    def passed(self) -> bool:
        """Whether something was looked at, and nothing was wrong."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of what was wrong."""
        return tuple(check.name for check in self.checks if not check.passed)
