"""Evidence of conformity: what a member has shown, and until when it stands."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from kernel.ids import MemberId, PersonId
from kernel.secret import Digest
from trustroot.registry.domain.states import Measure, MemberKind

EvidenceId = NewType("EvidenceId", UUID)


class EvidenceKind(StrEnum):
    """What kinds of evidence the register keeps."""

    CERTIFICATE = "certificate"
    PENETRATION_TEST = "penetration_test"
    PRIVACY_ASSESSMENT = "privacy_assessment"
    SELF_DECLARATION = "self_declaration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One document: its digest is kept here, the document with whoever received it.

    Attributes:
        issued_on: the day it was made.
        expires_on: the first day on which it no longer stands.
        reference: its number or file mark.
        digest: SHA-256 of the document.
        by: the operator who received it.
    """

    id: EvidenceId
    member: MemberId
    kind: EvidenceKind
    issued_on: date
    expires_on: date
    reference: str
    digest: Digest
    by: PersonId
    at: datetime

    @property
    def deadline(self) -> "Deadline":
        """By when it must be renewed."""
        return Deadline(
            id=self.id,
            member=self.member,
            kind=self.kind,
            day=self.expires_on,
            reference=self.reference,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The first day on which evidence of a kind does not stand, or is overdue.

    Attributes:
        id: under which rungs are taken; what was never filed has one of its own.
        reference: of the evidence that ends; None: none of its kind was ever filed.
    """

    id: EvidenceId
    member: MemberId
    kind: EvidenceKind
    day: date
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A member that never filed evidence of a kind, and when it first became active."""

    member: MemberId
    kind: EvidenceKind
    active_since: datetime

    def deadline(self, within: timedelta) -> Deadline:
        """Return by when it has to file; days are of UTC.

        Its rungs are taken under a name made of member and kind: the same every time.
        """
        name = hashlib.sha256(self.member.bytes + self.kind.value.encode()).digest()
        return Deadline(
            id=EvidenceId(UUID(bytes=name[:16])),
            member=self.member,
            kind=self.kind,
            day=self.active_since.date() + within,
            reference=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """Which evidence every member of a kind owes, and how long after it became active."""

    kinds: Mapping[MemberKind, frozenset[EvidenceKind]] = field(default_factory=dict)
    within: timedelta = timedelta(days=90)

    def of(self, kind: MemberKind) -> frozenset[EvidenceKind]:
        """Return what members of a kind owe."""
        return self.kinds.get(kind, frozenset())


class Rung(StrEnum):
    """What a rung of the ladder does."""

    REMIND = "remind"
    LAPSE = "lapse"
    WARN = "warn"
    RESTRICT = "restrict"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung: ``after`` the day of expiry (before it: negative) it is due."""

    rung: Rung
    after: timedelta

    @property
    def name(self) -> str:
        """Its name in the row that says it was taken, for example ``remind-30``."""
        return f"{self.rung.value}-{abs(self.after.days)}"

    @property
    def measure(self) -> Measure | None:
        """The measure it puts on a member."""
        return _MEASURES.get(self.rung)


_MEASURES: Final = {Rung.WARN: Measure.WARNED, Rung.RESTRICT: Measure.RESTRICTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Reminders, default, grace, measures: days around the day of expiry."""

    reminders: tuple[timedelta, ...] = tuple(timedelta(days=n) for n in (30, 14, 7, 1))
    warn_after: timedelta = timedelta(days=14)
    restrict_after: timedelta = timedelta(days=30)
    alarm_after: timedelta = timedelta(days=60)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every rung, in the order of its day."""
        ahead = sorted(set(self.reminders), reverse=True)
        return (
            *(Step(rung=Rung.REMIND, after=-days) for days in ahead),
            Step(rung=Rung.LAPSE, after=timedelta(0)),
            Step(rung=Rung.WARN, after=self.warn_after),
            Step(rung=Rung.RESTRICT, after=self.restrict_after),
            Step(rung=Rung.ALARM, after=self.alarm_after),
        )

    def due(self, day: date, today: date) -> tuple[Step, ...]:
        """Return the rungs around a deadline whose day has come, in their order."""
        return tuple(step for step in self.steps if day + step.after <= today)


LADDER: Final = Ladder()
"""The ladder where the settings say nothing else."""
