"""Evidence, findings, policies, codes and notices in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from kernel.entropy import SeededEntropy
from kernel.ids import MemberId
from kernel.proof.seal import Purpose, Sealer, SymmetricKey
from tests.unit.trustroot.fakes import MemoryWork
from tests.unit.trustroot.registers import MemoryMembers
from trustroot.registry.domain import (
    Action,
    ContactCode,
    Debtor,
    Evidence,
    EvidenceId,
    EvidenceKind,
    MemberKind,
    MemberNotice,
    MemberState,
    RegistrationPolicy,
    WatchEntry,
)
from trustroot.registry.errors import PolicyTaken


class OneKey:
    """The same 32 bytes for every purpose."""

    def current(self, purpose: Purpose) -> SymmetricKey:
        return self.by_id(purpose, "k")

    def by_id(self, purpose: Purpose, kid: str) -> SymmetricKey:  # noqa: ARG002  the port's
        return SymmetricKey(kid, b"k" * 32)


def a_sealer() -> Sealer:
    return Sealer(OneKey(), SeededEntropy(11))


class MemoryEvidence:
    """Evidence and rungs in dictionaries."""

    def __init__(self, work: MemoryWork, members: MemoryMembers) -> None:
        self.members = members
        self.rows: dict[EvidenceId, Evidence] = {}
        self.steps: dict[tuple[EvidenceId, str], datetime] = {}
        work.covers(self._snapshot)

    def add(self, evidence: Evidence) -> None:
        self.rows[evidence.id] = evidence

    def of(self, member: MemberId) -> tuple[Evidence, ...]:
        ours = [row for row in self.rows.values() if row.member == member]
        ours.sort(key=lambda row: (row.expires_on, row.id), reverse=True)
        return tuple(ours)

    def standing_until(self, day: date, *, unless: str) -> tuple[Evidence, ...]:
        latest: dict[tuple[MemberId, EvidenceKind], Evidence] = {}
        for row in sorted(self.rows.values(), key=lambda row: (row.expires_on, row.id)):
            latest[row.member, row.kind] = row
        due = (row for row in latest.values() if row.expires_on <= day)
        left = (row for row in due if (row.id, unless) not in self.steps)
        return tuple(sorted(left, key=lambda row: (row.expires_on, row.id)))

    def debtors(
        self, member: MemberKind, kind: EvidenceKind, before: datetime
    ) -> tuple[Debtor, ...]:
        active = self.members.in_states((MemberState.ACTIVE,))
        owing = (
            Debtor(member=row.id, kind=kind, active_since=self._since(row.id))
            for row in active
            if row.kind is member and all(held.kind is not kind for held in self.of(row.id))
        )
        return tuple(debtor for debtor in owing if debtor.active_since < before)

    def _since(self, member: MemberId) -> datetime:
        history = self.members.history(member)
        return min(entry.at for entry in history if entry.action is Action.ACTIVATE)

    def taken(self, evidence: EvidenceId) -> frozenset[str]:
        return frozenset(step for row, step in self.steps if row == evidence)

    def take(self, evidence: EvidenceId, step: str, at: datetime) -> bool:
        first = (evidence, step) not in self.steps
        self.steps.setdefault((evidence, step), at)
        return first

    def _snapshot(self) -> Callable[[], None]:
        rows, steps = dict(self.rows), dict(self.steps)

        def restore() -> None:
            self.rows, self.steps = rows, steps

        return restore


class MemoryWatch:
    """Findings in a dictionary."""

    def __init__(self, work: MemoryWork) -> None:
        self.rows: dict[tuple[MemberId, int], WatchEntry] = {}
        work.covers(self._snapshot)

    def latest(self, member: MemberId) -> WatchEntry | None:
        return next(iter(self.history(member, limit=1)), None)

    def history(self, member: MemberId, *, limit: int) -> tuple[WatchEntry, ...]:
        ours = [row for (owner, _), row in self.rows.items() if owner == member]
        return tuple(sorted(ours, key=lambda row: row.number, reverse=True)[:limit])

    def put(self, entry: WatchEntry) -> None:
        self.rows[entry.member, entry.number] = entry

    def _snapshot(self) -> Callable[[], None]:
        rows = dict(self.rows)

        def restore() -> None:
            self.rows = rows

        return restore


class MemoryPolicies:
    """Policies in a dictionary."""

    def __init__(self, work: MemoryWork) -> None:
        self.rows: dict[str, RegistrationPolicy] = {}
        work.covers(self._snapshot)

    def add(self, policy: RegistrationPolicy) -> None:
        if policy.version in self.rows:
            raise PolicyTaken(policy.version)
        self.rows[policy.version] = policy

    def all(self) -> tuple[RegistrationPolicy, ...]:
        rows = sorted(self.rows.values(), key=lambda row: row.valid_from, reverse=True)
        return tuple(rows)

    def _snapshot(self) -> Callable[[], None]:
        rows = dict(self.rows)

        def restore() -> None:
            self.rows = rows

        return restore


class MemoryCodes:
    """Codes of contacts in a dictionary."""

    def __init__(self, work: MemoryWork) -> None:
        self.rows: dict[UUID, ContactCode] = {}
        work.covers(self._snapshot)

    def put(self, code: ContactCode) -> None:
        self.rows[code.draft] = code

    def find(self, draft: UUID) -> ContactCode | None:
        return self.rows.get(draft)

    def forget(self, before: datetime) -> None:
        kept = {key: row for key, row in self.rows.items() if row.expires_at >= before}
        self.rows = kept

    def _snapshot(self) -> Callable[[], None]:
        rows = dict(self.rows)

        def restore() -> None:
            self.rows = rows

        return restore


@dataclass
class KeptNotices:
    """Notices in a list; ``failing`` raises instead."""

    sent: list[MemberNotice] = field(default_factory=list)
    failing: Exception | None = None

    def send(self, notice: MemberNotice) -> None:
        if self.failing is not None:
            raise self.failing
        self.sent.append(notice)
