"""What the continuous look at a member finds, and how that is kept."""

from dataclasses import dataclass
from datetime import datetime

from kernel.ids import MemberId
from trustroot.registry.domain.probes import ProbeCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """One look at an active member.

    Attributes:
        at: when it was looked at.
        checks: everything that was checked.
        drift: names of what differs from the approved values, ``type.parameter``.
        statement_expires_at: when what it says about itself ends; None: not known.
        keys: thumbprints or kids of the keys it was seen to use.
    """

    at: datetime
    checks: tuple[ProbeCheck, ...]
    drift: tuple[str, ...] = ()
    statement_expires_at: datetime | None = None
    keys: tuple[str, ...] = ()

    @property
    def failed(self) -> frozenset[str]:
        """The names of the checks that failed."""
        return frozenset(check.name for check in self.checks if not check.passed)

    @property
    def passed(self) -> bool:
        """Whether something was looked at, nothing was wrong and nothing has drifted."""
        return bool(self.checks) and not self.failed and not self.drift


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEntry:
    """What was found from ``since`` until ``seen``, unchanged.

    Attributes:
        number: 1 for the first finding about the member.
        findings: as of the first look; its ``statement_expires_at`` as of the last.
        ending_told: the end of the statement about which the alarm was raised.
    """

    member: MemberId
    number: int
    findings: Findings
    since: datetime
    seen: datetime
    ending_told: datetime | None = None


def finds_the_same(one: Findings, other: Findings) -> bool:
    """Tell whether two looks found the same; when they looked does not matter."""
    return _compared(one) == _compared(other)


def newly_failed(before: Findings | None, after: Findings) -> tuple[str, ...]:
    """Return the checks that fail now and did not before, and what has drifted since."""
    failed = before.failed if before else frozenset()
    drift = before.drift if before else ()
    fresh = after.failed - failed
    return (*sorted(fresh), *(f"drift:{d}" for d in after.drift if d not in drift))


def _compared(findings: Findings) -> tuple[object, ...]:
    checks = sorted((check.name, check.passed) for check in findings.checks)
    return checks, sorted(findings.drift), sorted(findings.keys)
