"""Evidence of conformity, and the ladder that is climbed when it is not renewed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from kernel.ids import MemberId, NewIds
from kernel.secret import Digest
from kernel.work import UnitOfWork
from trustroot.registry.checks.upkeep import evidence_is_well_formed, member_is_not_gone
from trustroot.registry.domain import (
    LADDER,
    LIFECYCLE,
    Action,
    Actor,
    Deadline,
    Debtor,
    Dues,
    Evidence,
    EvidenceId,
    EvidenceKind,
    Grounds,
    Ladder,
    Member,
    MemberState,
    Rung,
    Step,
    moved,
)
from trustroot.registry.events import (
    EvidenceAdded,
    EvidenceDue,
    EvidenceLapsed,
    SuspensionAdvised,
)
from trustroot.registry.ports import EvidenceStore
from trustroot.registry.service.record import Act, Record

NOTHING_DUE: Final = Dues()
_BASIS: Final = "evidence ladder of this register"
_REMINDED: Final = (MemberState.APPROVED, MemberState.ACTIVE, MemberState.SUSPENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What an operator received: the facts of a document, not the document."""

    kind: EvidenceKind
    issued_on: date
    expires_on: date
    reference: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class Evidences:
    """Files evidence, and takes each rung of the ladder exactly once."""

    record: Record
    evidence: EvidenceStore
    work: UnitOfWork
    ids: NewIds
    ladder: Ladder = LADDER
    dues: Dues = NOTHING_DUE

    def add(self, identifier: MemberId, received: Received, actor: Actor) -> Evidence:
        """File what a member has shown.

        The newest of a kind to end is the one that counts; measures that lapsed evidence
        brought about stay until two persons lift them.

        Raises:
            EvidenceMalformed, MemberUnknown: as they say.
        """
        now = self.record.clock()
        filed = _filed(EvidenceId(self.ids()), identifier, received, actor, now)
        evidence_is_well_formed(filed, now.date())
        with self.work():
            member = self.record.members.find(identifier)
            member_is_not_gone(member)
            self.evidence.add(filed)
            self.record.trail.record(_added(member, filed, actor))
        return filed

    def list(self, identifier: MemberId) -> tuple[Evidence, ...]:
        """Return a member's evidence, the latest to end first, or `MemberUnknown`."""
        self.record.members.find(identifier)
        return self.evidence.of(identifier)

    def ends_on(self, identifier: MemberId) -> date | None:
        """Return the day on which the first kind a member has shown ends, or None.

        A kind that it owes and never showed ends on the day by which it has to.
        """
        latest: dict[EvidenceKind, date] = {}
        for held in self.evidence.of(identifier):
            latest.setdefault(held.kind, held.expires_on)
        for owed in self._owed_by(identifier):
            latest.setdefault(owed.kind, owed.deadline(self.dues.within).day)
        return min(latest.values(), default=None)

    def due(self) -> None:
        """Take every rung whose day has come: one unit of work for each deadline."""
        steps = self.ladder.steps
        until = self.record.clock().date() - min(step.after for step in steps)
        for held in self.evidence.standing_until(until, unless=steps[-1].name):
            with self.work():
                self._climb(held.deadline)
        for owed in self._never_filed(until):
            # Who owes for long was told everything: that needs no unit of work.
            if self._left(owed):
                with self.work():
                    self._climb(owed)

    def _never_filed(self, until: date) -> Iterator[Deadline]:
        """Yield what is owed by a day and was never filed, by whoever is active."""
        day = until - self.dues.within + timedelta(days=1)
        before = datetime.combine(day, time(), UTC)
        for member, kinds in sorted(self.dues.kinds.items()):
            for kind in sorted(kinds):
                for debtor in self.evidence.debtors(member, kind, before):
                    yield debtor.deadline(self.dues.within)

    def _owed_by(self, identifier: MemberId) -> Iterator[Debtor]:
        """Yield every kind that a member owes; nothing before it became active."""
        if not self.dues.kinds:
            return
        kinds = self.dues.of(self.record.members.find(identifier).kind)
        for entry in self.record.members.history(identifier):
            if entry.action is Action.ACTIVATE:
                for kind in kinds:
                    yield Debtor(member=identifier, kind=kind, active_since=entry.at)
                return

    def _left(self, held: Deadline) -> tuple[Step, ...]:
        taken, today = self.evidence.taken(held.id), self.record.clock().date()
        due = self.ladder.due(held.day, today)
        return tuple(step for step in due if step.name not in taken)

    def _climb(self, held: Deadline) -> None:
        """Of several reminders missed only the last is sent; nothing else is skipped."""
        due = self._left(held)
        for number, step in enumerate(due):
            member = self.record.members.find(held.member)
            if not _holds(member, step):
                return
            if not self.evidence.take(held.id, step.name, self.record.clock()):
                return
            if step.rung is not Rung.REMIND or number == len(due) - 1:
                self._take(member, held, step)

    def _take(self, member: Member, held: Deadline, step: Step) -> None:
        self.record.telling.evidence(member, held, step)
        self._tell_the_record(member, held, step)
        measure = step.measure
        if measure is None or measure in member.measures:
            return
        terms = replace(member.terms, measures=member.measures | {measure})
        how = "owed since" if held.reference is None else "ended on"
        reason = f"{held.kind.value} {how} {held.day.isoformat()}"
        act = Act(
            action=Action.MEASURE,
            grounds=Grounds(reason=reason, basis=_BASIS),
            change={"measure": measure.value, "evidence": str(held.id)},
        )
        after = moved(member, Action.MEASURE, reason=reason)
        self.record.write(member, replace(after, terms=terms), act)

    def _tell_the_record(self, member: Member, held: Deadline, step: Step) -> None:
        entity, kind = member.entity_id, held.kind.value
        if step.rung is Rung.ALARM:
            self.record.trail.record(
                SuspensionAdvised(provider=entity, member=member.id, kind=kind)
            )
            return
        told = EvidenceDue if step.rung is Rung.REMIND else EvidenceLapsed
        self.record.trail.record(
            told(provider=entity, member=member.id, kind=kind, step=step.name)
        )


def _holds(member: Member, step: Step) -> bool:
    """Who does not act yet or no longer is reminded of nothing; measures wait likewise."""
    if step.rung in {Rung.REMIND, Rung.LAPSE}:
        return member.state in _REMINDED
    return Action.MEASURE in LIFECYCLE.actions(member.state)


def _filed(
    identifier: EvidenceId,
    member: MemberId,
    received: Received,
    actor: Actor,
    now: datetime,
) -> Evidence:
    return Evidence(
        id=identifier,
        member=member,
        kind=received.kind,
        issued_on=received.issued_on,
        expires_on=received.expires_on,
        reference=received.reference,
        digest=received.digest,
        by=actor.person,
        at=now,
    )


def _added(member: Member, filed: Evidence, actor: Actor) -> EvidenceAdded:
    return EvidenceAdded(
        actor=actor.pseudonym,
        provider=member.entity_id,
        member=member.id,
        kind=filed.kind.value,
        digest=filed.digest.hex(),
    )
