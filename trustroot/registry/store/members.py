"""Members and their history, over SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from kernel.ids import EntityId, MemberId, PersonId, ProposalId
from kernel.infra.db import AlreadyStored, Database
from trustroot.registry.domain import (
    Action,
    HistoryEntry,
    Member,
    MemberKind,
    MemberState,
    ProvenContact,
    Suspension,
)
from trustroot.registry.errors import (
    EntityTaken,
    MemberChanged,
    MemberUnknown,
    SlugTaken,
)
from trustroot.registry.messages import (
    contract_from_json,
    contract_to_json,
    grounds_from_json,
    grounds_to_json,
    terms_from_json,
    terms_to_json,
)
from trustroot.registry.models import HISTORY, MEMBERS

AnyRow = Row[*tuple[Any, ...]]
_M: Final = MEMBERS.c


@dataclass(frozen=True, slots=True)
class SqlMembers:
    """Implements `trustroot.registry.ports.MemberStore`."""

    database: Database

    def add(self, member: Member) -> None:
        """Keep a new member, or raise `EntityTaken` or `SlugTaken`."""
        self._slug_is_free(member)
        values = {**_values(member), "proven_contacts": _contacts(member.proven_contacts)}
        try:
            self.database.write(insert(MEMBERS).values(values))
        except AlreadyStored as cause:
            raise EntityTaken(member.entity_id) from cause

    def find(self, member: MemberId) -> Member:
        """Return one, or raise `MemberUnknown`."""
        row = self.database.read_one(select(MEMBERS).where(_M.id == member))
        return _found(row, str(member))

    def by_entity(self, entity: EntityId) -> Member:
        """Return the one with this entity identifier, or raise `MemberUnknown`."""
        row = self.database.read_one(select(MEMBERS).where(_M.entity_id == entity))
        return _found(row, entity)

    def change(self, member: Member) -> None:
        """Replace version ``member.version - 1``; its proven contacts stay.

        Raises:
            MemberChanged: there is another version.
            SlugTaken: the hosted path is another's.
        """
        self._slug_is_free(member)
        before = (_M.id == member.id) & (_M.version == member.version - 1)
        changed = update(MEMBERS).where(before).values(_values(member))
        try:
            touched = self.database.write(changed)
        except AlreadyStored as cause:  # two that took one free path at the same time
            raise SlugTaken(str(member.id)) from cause
        if touched != 1:
            raise MemberChanged(str(member.id))

    def by_slug(self, slug: str) -> Member:
        """Return the represented member with this path, or raise `MemberUnknown`."""
        row = self.database.read_one(select(MEMBERS).where(_M.slug == slug))
        return _found(row, slug)

    def _slug_is_free(self, member: Member) -> None:
        if member.represented is None:
            return
        other = (_M.slug == member.represented.slug) & (_M.id != member.id)
        if self.database.read_one(select(_M.id).where(other)) is not None:
            raise SlugTaken(member.represented.slug)

    def note_contact(self, member: MemberId, proven: ProvenContact) -> None:
        """Remember that an address was proven; the version stays."""
        held = self.find(member).proven_contacts
        kept = tuple(one for one in held if one.address != proven.address)
        noted = update(MEMBERS).where(_M.id == member)
        self.database.write(noted.values(proven_contacts=_contacts((*kept, proven))))

    def note_alarm(self, member: MemberId) -> None:
        """Remember that the alarm about an unconfirmed suspension was raised."""
        noted = update(MEMBERS).where(_M.id == member).values(suspension_alarmed=True)
        self.database.write(noted)

    def page(
        self,
        *,
        kind: MemberKind | None,
        state: MemberState | None,
        after: MemberId | None,
        limit: int,
    ) -> tuple[Member, ...]:
        """Return members in the order of their making, after one of them."""
        chosen = select(MEMBERS).order_by(_M.id).limit(limit)
        if kind is not None:
            chosen = chosen.where(_M.kind == kind.value)
        if state is not None:
            chosen = chosen.where(_M.state == state.value)
        if after is not None:
            chosen = chosen.where(_M.id > after)
        return tuple(_member(row) for row in self.database.read(chosen))

    def in_states(self, states: Iterable[MemberState]) -> tuple[Member, ...]:
        """Return every member in one of the states."""
        wanted = _M.state.in_([state.value for state in states])
        rows = self.database.read(select(MEMBERS).where(wanted).order_by(_M.id))
        return tuple(_member(row) for row in rows)

    def some_in_states(
        self, states: Iterable[MemberState], *, after: MemberId | None, limit: int
    ) -> tuple[Member, ...]:
        """Return members in one of the states in the order of their making, a page."""
        wanted = _M.state.in_([state.value for state in states])
        chosen = select(MEMBERS).where(wanted).order_by(_M.id).limit(limit)
        if after is not None:
            chosen = chosen.where(_M.id > after)
        return tuple(_member(row) for row in self.database.read(chosen))

    def versions(self, members: Iterable[MemberId]) -> dict[MemberId, int]:
        """Return the version of each; those unknown are left out."""
        asked = select(_M.id, _M.version).where(_M.id.in_(list(members)))
        return {MemberId(row.id): row.version for row in self.database.read(asked)}

    def unconfirmed(self, before: datetime) -> tuple[Member, ...]:
        """Return members suspended before an instant, unconfirmed, without alarm yet."""
        waiting = select(MEMBERS).where(
            _M.state == MemberState.SUSPENDED.value,
            _M.suspended_at < before,
            _M.suspension_confirmed.is_(other=False),
            _M.suspension_alarmed.is_(other=False),
        )
        return tuple(_member(row) for row in self.database.read(waiting.order_by(_M.id)))

    def remember(self, entry: HistoryEntry) -> None:
        """Add one row of history; rows are never changed."""
        values = {field.name: getattr(entry, field.name) for field in fields(entry)}
        values.update(grounds=grounds_to_json(entry.grounds), change=dict(entry.change))
        self.database.write(insert(HISTORY).values(values))

    def history(self, member: MemberId) -> tuple[HistoryEntry, ...]:
        """Return a member's history, oldest first."""
        ours = select(HISTORY).where(HISTORY.c.member == member)
        rows = self.database.read(ours.order_by(HISTORY.c.version))
        return tuple(_entry(row) for row in rows)


def _values(member: Member) -> dict[str, object]:
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


def _found(row: AnyRow | None, asked: str) -> Member:
    if row is None:
        raise MemberUnknown(asked[:200])
    return _member(row)


def _member(row: AnyRow) -> Member:
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


def _contacts(proven: Iterable[ProvenContact]) -> list[dict[str, str]]:
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


def _entry(row: AnyRow) -> HistoryEntry:
    said = {**row._mapping, "grounds": grounds_from_json(row.grounds)}  # noqa: SLF001  SQLAlchemy's public name
    said.update(action=Action(row.action))
    said.update(source=MemberState(row.source), target=MemberState(row.target))
    return HistoryEntry(**said)
