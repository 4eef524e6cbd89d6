"""Members and proposals on the wire of the API, and terms as stored."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.approval import Proposal
from kernel.events import JsonValue
from kernel.web import read_body
from trustroot.registry.domain import (
    Grounds,
    HistoryEntry,
    Member,
    MemberKind,
    MemberState,
    ProbeReport,
    Suspension,
    Terms,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionShown:
    """A suspension in force, and what a second person confirms."""

    by: UUID
    at: datetime
    proposal: UUID
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberShown:
    """One member, as operators see it."""

    id: UUID
    entity_id: str
    kind: MemberKind
    name_zh: str
    name_en: str
    code: str | None
    uscc: str | None
    contacts: tuple[str, ...]
    terms: Mapping[str, object]
    state: MemberState
    reason: str
    version: int
    suspension: SuspensionShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersShown:
    """A page of members; ``next`` is sent back as ``after``."""

    members: tuple[MemberShown, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryShown:
    """A member's history, oldest first."""

    entries: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAsked:
    """New terms for a member, and why."""

    terms: Terms
    grounds: Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSeen:
    """The digest of the exact change that the second person saw, 64 hex digits."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalShown:
    """A change that waits for a second person."""

    id: UUID
    subject: str
    action: str
    change: Mapping[str, object]
    base: int
    digest: str
    proposer: UUID
    proposed_at: datetime
    approver: UUID | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalsShown:
    """Undecided changes of one member, oldest first."""

    proposals: tuple[ProposalShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckShown:
    """What a technical check found, and where the member stands after it."""

    passed: bool
    checks: tuple[Mapping[str, object], ...]


def terms_to_json(terms: Terms) -> dict[str, JsonValue]:
    """Lay terms out; equal terms give equal JSON, whatever the order of their sets."""
    ceiling = terms.ceiling
    return {
        "entity_types": [*sorted(terms.entity_types)],
        "ceiling": {
            "identity": ceiling.identity.value,
            "authenticator": ceiling.authenticator.value,
            "path": ceiling.path.value,
        },
        "attributes": [*sorted(terms.attributes)],
        "jwks": dict(terms.jwks),
        "measures": [*sorted(measure.value for measure in terms.measures)],
    }


def terms_from_json(value: object) -> Terms:
    """Read terms.

    Raises:
        BodyMalformed: they are not of the form `terms_to_json` writes.
    """
    return read_body(Terms, json.dumps(value).encode())


def grounds_to_json(grounds: Grounds) -> dict[str, JsonValue]:
    """Lay grounds out."""
    return {
        "reason": grounds.reason,
        "basis": grounds.basis,
        "proportionality": grounds.proportionality,
    }


def grounds_from_json(value: object) -> Grounds:
    """Read grounds, or raise `BodyMalformed`."""
    return read_body(Grounds, json.dumps(value).encode())


def report_to_json(report: ProbeReport) -> list[JsonValue]:
    """Lay the findings of a check out."""
    return [
        {"name": c.name, "passed": c.passed, "clause": c.clause, "advice": c.advice}
        for c in report.checks
    ]


def check_shown(report: ProbeReport) -> CheckShown:
    """Lay the findings of a check out for the wire."""
    found = [check for check in report_to_json(report) if isinstance(check, dict)]
    return CheckShown(passed=report.passed, checks=tuple(found))


def member_shown(member: Member) -> MemberShown:
    """Lay one member out for the wire."""
    return MemberShown(
        id=member.id,
        entity_id=member.entity_id,
        kind=member.kind,
        name_zh=member.name_zh,
        name_en=member.name_en,
        code=member.code,
        uscc=member.uscc,
        contacts=member.contacts,
        terms=terms_to_json(member.terms),
        state=member.state,
        reason=member.reason,
        version=member.version,
        suspension=_suspension(member.suspension),
    )


def _suspension(held: Suspension | None) -> SuspensionShown | None:
    if held is None:
        return None
    return SuspensionShown(
        by=held.by, at=held.at, proposal=held.proposal, confirmed=held.confirmed
    )


def history_shown(entries: Iterable[HistoryEntry]) -> HistoryShown:
    """Lay a history out for the wire."""
    return HistoryShown(entries=tuple(_entry(entry) for entry in entries))


def _entry(entry: HistoryEntry) -> Mapping[str, object]:
    return {
        "version": entry.version,
        "action": entry.action,
        "source": entry.source,
        "target": entry.target,
        "at": entry.at,
        "actor": entry.actor,
        "second": entry.second,
        "grounds": grounds_to_json(entry.grounds),
        "change": entry.change,
    }


def proposal_shown(proposal: Proposal) -> ProposalShown:
    """Lay a proposal out for the wire."""
    return ProposalShown(
        id=proposal.id,
        subject=proposal.subject,
        action=proposal.action,
        change=proposal.change,
        base=proposal.base,
        digest=proposal.digest.hex(),
        proposer=proposal.proposer,
        proposed_at=proposal.proposed_at,
        approver=proposal.approver,
        decided_at=proposal.decided_at,
    )
