"""Members and their history as rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from kernel.ids import EntityId, MemberId, PersonId, ProposalId
from trustroot.registry.domain import (
    Action,
    HistoryEntry,
    Member,
    MemberKind,
    MemberState,
    ProvenContact,
    Suspension,
)
from trustroot.registry.messages import (
    contract_from_json,
    contract_to_json,
    grounds_from_json,
    terms_from_json,
    terms_to_json,
)

AnyRow = Row[*tuple[Any, ...]]


def values_of(member: Member) -> dict[str, object]:
    """Return the columns of a member, without the contacts it has proven."""
    held = member.suspension
    return {
        "id": member.id,
        "entity_id": member.entity_id,
        "kind": member.kind.value,
        "name_zh": member.name_zh,
        "name_en": member.name_en,
        "code": member.code,
        "uscc": member.uscc,
        "contacts": list(member.contacts),
        "terms": terms_to_json(member.terms),
        "state": member.state.value,
        "reason": member.reason,
        "version": member.version,
        "suspended_by": held.by if held else None,
        "suspended_at": held.at if held else None,
        "suspension_proposal": held.proposal if held else None,
        "suspension_confirmed": held.confirmed if held else False,
        "suspension_alarmed": held.alarmed if held else False,
        "contract": contract_to_json(member.contract),
        "policy_version": member.policy_version,
        "slug": member.represented.slug if member.represented else None,
    }


def member_of(row: AnyRow) -> Member:
    """Return the member of a row."""
    return Member(
        id=MemberId(row.id),
        entity_id=EntityId(row.entity_id),
        kind=MemberKind(row.kind),
        name_zh=row.name_zh,
        name_en=row.name_en,
        code=row.code,
        uscc=row.uscc,
        contacts=tuple(row.contacts),
        terms=terms_from_json(row.terms),
        state=MemberState(row.state),
        reason=row.reason,
        version=row.version,
        suspension=_suspension(row),
        contract=contract_from_json(row.contract),
        policy_version=row.policy_version,
        proven_contacts=tuple(_contact(said) for said in row.proven_contacts or ()),
    )


def contacts_to_json(proven: Iterable[ProvenContact]) -> list[dict[str, str]]:
    """Return proven contacts as their column holds them."""
    return [
        {"address": one.address, "proven_at": one.proven_at.isoformat()} for one in proven
    ]


def _contact(said: Mapping[str, str]) -> ProvenContact:
    at = datetime.fromisoformat(said["proven_at"])
    return ProvenContact(address=said["address"], proven_at=at)


def _suspension(row: AnyRow) -> Suspension | None:
    if row.suspended_at is None:
        return None
    return Suspension(
        by=PersonId(row.suspended_by),
        at=row.suspended_at,
        proposal=ProposalId(row.suspension_proposal),
        confirmed=row.suspension_confirmed,
        alarmed=row.suspension_alarmed,
    )


def entry_of(row: AnyRow) -> HistoryEntry:
    """Return the entry of a row of history."""
    said = {**row._mapping, "grounds": grounds_from_json(row.grounds)}  # noqa: SLF001  SQLAlchemy's public name
    said.update(action=Action(row.action))
    said.update(source=MemberState(row.source), target=MemberState(row.target))
    return HistoryEntry(**said)
