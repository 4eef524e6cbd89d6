"""Members on the wire of the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kernel.events import JsonValue, rfc3339
from kernel.ids import EntityId
from trustroot.registry.domain import (
    Application,
    HistoryEntry,
    Member,
    MemberKind,
    MemberState,
    ProbeReport,
    Suspension,
    Terms,
)
from trustroot.registry.messages.terms import (
    ContractAsked,
    change_shown,
    contract_of,
    contract_to_json,
    grounds_to_json,
    terms_shown,
    terms_to_json,
)
from trustroot.registry.messages.upkeep import checks_to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAsked:
    """What an applicant states.

    ``client_secret`` is our secret at a represented member; it is sealed at once.
    """

    entity_id: EntityId
    kind: MemberKind
    name_zh: str
    name_en: str
    terms: Terms
    code: str | None = None
    uscc: str | None = None
    contacts: tuple[str, ...] = ()
    contract: ContractAsked | None = None
    client_secret: str | None = field(default=None, repr=False)

    def application(self) -> Application:
        """Return what is applied for, or raise `BodyMalformed`."""
        return Application(
            entity_id=self.entity_id,
            kind=self.kind,
            name_zh=self.name_zh,
            name_en=self.name_en,
            terms=self.terms,
            code=self.code,
            uscc=self.uscc,
            contacts=self.contacts,
            contract=None if self.contract is None else contract_of(self.contract),
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
    contract: Mapping[str, object] | None = None
    policy_version: str | None = None
    proven_contacts: tuple[Mapping[str, object], ...] = ()


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
class CheckShown:
    """What a technical check found, and where the member stands after it."""

    passed: bool
    checks: tuple[Mapping[str, object], ...]


def report_to_json(report: ProbeReport) -> list[JsonValue]:
    """Lay the findings of a check out."""
    return checks_to_json(report.checks)


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
        terms=terms_shown(terms_to_json(member.terms)),
        state=member.state,
        reason=member.reason,
        version=member.version,
        suspension=_suspension(member.suspension),
        contract=_object(contract_to_json(member.contract)),
        policy_version=member.policy_version,
        proven_contacts=tuple(
            {"address": proven.address, "proven_at": rfc3339(proven.proven_at)}
            for proven in member.proven_contacts
        ),
    )


def _object(value: JsonValue) -> Mapping[str, object] | None:
    return value if isinstance(value, dict) else None


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
        "change": change_shown(entry.change),
    }
