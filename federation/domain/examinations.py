"""What a look at a platform that speaks no federation found."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.events import JsonValue
from trustroot.registry.domain import ProbeCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a look at a platform that speaks no federation found.

    Attributes:
        issuer: the name it gives itself.
        checks: line by line; with one that failed it cannot join.
        notes: what somebody should know before approving; nothing to put right.
        proposal: the application that would be right, as the API takes it; None where too
            little was found to propose anything.
    """

    issuer: str
    checks: tuple[ProbeCheck, ...]
    notes: tuple[str, ...] = ()
    proposal: Mapping[str, JsonValue] | None = None

    @property
    def passed(self) -> bool:
        """Whether something was looked at, and nothing was wrong."""
        return bool(self.checks) and all(check.passed for check in self.checks)
