"""Evidence, findings, policies and codes of contacts, over SQL."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, and_, delete, func, insert, select, update

from kernel.ids import MemberId, PersonId
from kernel.infra.db import AlreadyStored, Database, UtcInstant, upsert
from trustroot.registry.domain import (
    Action,
    ContactCode,
    Debtor,
    Evidence,
    EvidenceId,
    EvidenceKind,
    Findings,
    MemberKind,
    MemberState,
    ProbeCheck,
    RegistrationPolicy,
    WatchEntry,
)
from trustroot.registry.errors import PolicyTaken
from trustroot.registry.messages import findings_to_json
from trustroot.registry.models import (
    CONTACT_CODES,
    EVIDENCE,
    EVIDENCE_STEPS,
    HISTORY,
    MEMBERS,
    POLICIES,
    WATCH,
)

AnyRow = Row[*tuple[Any, ...]]
_E: Final = EVIDENCE.c
_S: Final = EVIDENCE_STEPS.c
_M: Final = MEMBERS.c
_W: Final = WATCH.c
_C: Final = CONTACT_CODES.c


@dataclass(frozen=True, slots=True)
class SqlEvidence:
    """Implements `trustroot.registry.ports.EvidenceStore`."""

    database: Database

    def add(self, evidence: Evidence) -> None:
        """Keep a piece of evidence; it is never changed."""
        values = {field.name: getattr(evidence, field.name) for field in fields(evidence)}
        self.database.write(
            insert(EVIDENCE).values({**values, "kind": evidence.kind.value})
        )

    def of(self, member: MemberId) -> tuple[Evidence, ...]:
        """Return a member's evidence, the latest to expire first."""
        ours = select(EVIDENCE).where(_E.member == member)
        rows = self.database.read(ours.order_by(_E.expires_on.desc(), _E.id.desc()))
        return tuple(_evidence(row) for row in rows)

    def standing_until(self, day: date, *, unless: str) -> tuple[Evidence, ...]:
        """Return, of each member and kind, the latest to expire, if by ``day``.

        Those for which the rung ``unless`` was taken are left out.
        """
        place = func.row_number().over(
            partition_by=(_E.member, _E.kind),
            order_by=(_E.expires_on.desc(), _E.id.desc()),
        )
        ranked = select(_E.id, place.label("place")).subquery()
        latest = select(ranked.c.id).where(ranked.c.place == 1)
        done = select(_S.evidence).where(_S.step == unless)
        chosen = select(EVIDENCE).where(
            _E.expires_on <= day, _E.id.in_(latest), _E.id.not_in(done)
        )
        rows = self.database.read(chosen.order_by(_E.expires_on, _E.id))
        return tuple(_evidence(row) for row in rows)

    def debtors(
        self, member: MemberKind, kind: EvidenceKind, before: datetime
    ) -> tuple[Debtor, ...]:
        """Return active members of a kind that never filed evidence of another kind."""
        filed = select(_E.id).where(_E.member == _M.id, _E.kind == kind.value)
        began = func.min(HISTORY.c.at, type_=UtcInstant)
        chosen = (
            select(_M.id, began.label("since"))
            .join(HISTORY, HISTORY.c.member == _M.id)
            .where(
                _M.kind == member.value,
                _M.state == MemberState.ACTIVE.value,
                HISTORY.c.action == Action.ACTIVATE.value,
                ~filed.exists(),
            )
            .group_by(_M.id)
            .having(began < before)
        )
        return tuple(
            Debtor(member=MemberId(row.id), kind=kind, active_since=row.since)
            for row in self.database.read(chosen.order_by(_M.id))
        )

    def taken(self, evidence: EvidenceId) -> frozenset[str]:
        """Return the names of the rungs taken."""
        rows = self.database.read(select(_S.step).where(_S.evidence == evidence))
        return frozenset(row.step for row in rows)

    def take(self, evidence: EvidenceId, step: str, at: datetime) -> bool:
        """Mark a rung as taken; False where somebody has."""
        row = upsert(EVIDENCE_STEPS).values(evidence=evidence, step=step, at=at)
        once = row.on_conflict_do_nothing(index_elements=["evidence", "step"])
        return self.database.write(once) == 1


@dataclass(frozen=True, slots=True)
class SqlWatch:
    """Implements `trustroot.registry.ports.WatchStore`."""

    database: Database

    def latest(self, member: MemberId) -> WatchEntry | None:
        """Return the latest entry, or None."""
        return next(iter(self.history(member, limit=1)), None)

    def history(self, member: MemberId, *, limit: int) -> tuple[WatchEntry, ...]:
        """Return a member's entries, the latest first."""
        ours = select(WATCH).where(_W.member == member)
        rows = self.database.read(ours.order_by(_W.number.desc()).limit(limit))
        return tuple(_watched(row) for row in rows)

    def put(self, entry: WatchEntry) -> None:
        """Keep an entry, in place of the one with its number if there is one."""
        values = {
            "findings": findings_to_json(entry.findings),
            "since": entry.since,
            "seen": entry.seen,
            "statement_expires_at": entry.findings.statement_expires_at,
            "ending_told": entry.ending_told,
        }
        key = {"member": entry.member, "number": entry.number}
        row = upsert(WATCH).values({**key, **values})
        self.database.write(
            row.on_conflict_do_update(index_elements=list(key), set_=values)
        )


@dataclass(frozen=True, slots=True)
class SqlPolicies:
    """Implements `trustroot.registry.ports.PolicyStore`."""

    database: Database

    def add(self, policy: RegistrationPolicy) -> None:
        """Keep a version for good, or raise `PolicyTaken`."""
        values = {field.name: getattr(policy, field.name) for field in fields(policy)}
        try:
            self.database.write(insert(POLICIES).values(values))
        except AlreadyStored as cause:
            raise PolicyTaken(policy.version) from cause

    def all(self) -> tuple[RegistrationPolicy, ...]:
        """Return every version, the latest to begin first."""
        order = (POLICIES.c.valid_from.desc(), POLICIES.c.version.desc())
        rows = self.database.read(select(POLICIES).order_by(*order))
        return tuple(RegistrationPolicy(**_members(row)) for row in rows)


@dataclass(frozen=True, slots=True)
class SqlContactCodes:
    """Implements `trustroot.registry.ports.ContactCodes`."""

    database: Database

    def put(self, code: ContactCode) -> None:
        """Keep the code of a draft, in place of an earlier one."""
        values = {field.name: getattr(code, field.name) for field in fields(code)}
        row = upsert(CONTACT_CODES).values(values)
        rest = {name: value for name, value in values.items() if name != "draft"}
        self.database.write(row.on_conflict_do_update(index_elements=["draft"], set_=rest))

    def find(self, draft: UUID) -> ContactCode | None:
        """Return the code of a draft, or None; concurrent callers wait for each other."""
        # Touching the row first takes its lock; SQLite has one writer anyway.
        held = and_(_C.draft == draft)
        self.database.write(update(CONTACT_CODES).where(held).values(tries=_C.tries))
        row = self.database.read_one(select(CONTACT_CODES).where(held))
        return None if row is None else ContactCode(**_members(row))

    def forget(self, before: datetime) -> None:
        """Delete those that ended before an instant."""
        self.database.write(delete(CONTACT_CODES).where(_C.expires_at < before))


def _members(row: AnyRow) -> dict[str, Any]:
    return {**row._mapping}  # noqa: SLF001  SQLAlchemy's public name


def _evidence(row: AnyRow) -> Evidence:
    return Evidence(
        id=EvidenceId(row.id),
        member=MemberId(row.member),
        kind=EvidenceKind(row.kind),
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        reference=row.reference,
        digest=row.digest,
        by=PersonId(row.by),
        at=row.at,
    )


def _watched(row: AnyRow) -> WatchEntry:
    said = row.findings
    findings = Findings(
        at=row.since,
        checks=tuple(ProbeCheck(**check) for check in said["checks"]),
        drift=tuple(said["drift"]),
        statement_expires_at=row.statement_expires_at,
        keys=tuple(said["keys"]),
    )
    return WatchEntry(
        member=MemberId(row.member),
        number=row.number,
        findings=findings,
        since=row.since,
        seen=row.seen,
        ending_told=row.ending_told,
    )
