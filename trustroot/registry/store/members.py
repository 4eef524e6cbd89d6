"""Members and their history, over SQL."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, insert, not_, select, update

from kernel.ids import EntityId, MemberId
from kernel.infra.db import AlreadyStored, Database
from trustroot.registry.domain import (
    GONE,
    HistoryEntry,
    Member,
    MemberKind,
    MemberState,
    ProvenContact,
)
from trustroot.registry.errors import (
    EntityTaken,
    MemberChanged,
    MemberUnknown,
    SlugTaken,
)
from trustroot.registry.messages import (
    grounds_to_json,
)
from trustroot.registry.models import HISTORY, MEMBERS
from trustroot.registry.store.member_rows import (
    AnyRow,
    contacts_to_json,
    entry_of,
    member_of,
    values_of,
)

_M: Final = MEMBERS.c
_GONE: Final = sorted(state.value for state in GONE)


@dataclass(frozen=True, slots=True)
class SqlMembers:
    """Implements `trustroot.registry.ports.MemberStore`."""

    database: Database

    def add(self, member: Member) -> None:
        """Keep a new member; its entity has no other that is living.

        Raises:
            EntityTaken: it has.
            SlugTaken: the hosted path is another's.
        """
        self._slug_is_free(member)
        values = {
            **values_of(member),
            "proven_contacts": contacts_to_json(member.proven_contacts),
        }
        try:
            self.database.write(insert(MEMBERS).values(values))
        except AlreadyStored as cause:
            raise EntityTaken(member.entity_id) from cause

    def find(self, member: MemberId) -> Member:
        """Return one, or raise `MemberUnknown`."""
        row = self.database.read_one(select(MEMBERS).where(_M.id == member))
        return _found(row, str(member))

    def by_entity(self, entity: EntityId) -> Member:
        """Return the living one of this entity, else the last to go, or `MemberUnknown`."""
        return _found(self.database.read_one(_living_first(_M.entity_id == entity)), entity)

    def memberships(self, entity: EntityId) -> tuple[Member, ...]:
        """Return every membership of an entity, the living or latest one first."""
        rows = self.database.read(_living_first(_M.entity_id == entity))
        return tuple(member_of(row) for row in rows)

    def change(self, member: Member) -> None:
        """Replace version ``member.version - 1``; its proven contacts stay.

        Raises:
            MemberChanged: there is another version.
            SlugTaken: the hosted path is another's.
        """
        self._slug_is_free(member)
        before = (_M.id == member.id) & (_M.version == member.version - 1)
        changed = update(MEMBERS).where(before).values(values_of(member))
        try:
            touched = self.database.write(changed)
        except AlreadyStored as cause:  # two that took one free path at the same time
            raise SlugTaken(str(member.id)) from cause
        if touched != 1:
            raise MemberChanged(str(member.id))

    def by_slug(self, slug: str) -> Member:
        """Return the living one with this path, else the last to go, or `MemberUnknown`."""
        return _found(self.database.read_one(_living_first(_M.slug == slug)), slug)

    def _slug_is_free(self, member: Member) -> None:
        if member.represented is None:
            return
        # The keys of a path stay: after its holder is gone it is for that entity alone.
        free = (_M.entity_id == member.entity_id) & _M.state.in_(_GONE)
        other = (_M.slug == member.represented.slug) & (_M.id != member.id) & not_(free)
        if self.database.read_one(select(_M.id).where(other)) is not None:
            raise SlugTaken(member.represented.slug)

    def note_contact(self, member: MemberId, proven: ProvenContact) -> None:
        """Remember that an address was proven; the version stays."""
        held = self.find(member).proven_contacts
        kept = tuple(one for one in held if one.address != proven.address)
        noted = update(MEMBERS).where(_M.id == member)
        self.database.write(noted.values(proven_contacts=contacts_to_json((*kept, proven))))

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
        return tuple(member_of(row) for row in self.database.read(chosen))

    def in_states(self, states: Iterable[MemberState]) -> tuple[Member, ...]:
        """Return every member in one of the states."""
        wanted = _M.state.in_([state.value for state in states])
        rows = self.database.read(select(MEMBERS).where(wanted).order_by(_M.id))
        return tuple(member_of(row) for row in rows)

    def some_in_states(
        self, states: Iterable[MemberState], *, after: MemberId | None, limit: int
    ) -> tuple[Member, ...]:
        """Return members in one of the states in the order of their making, a page."""
        wanted = _M.state.in_([state.value for state in states])
        chosen = select(MEMBERS).where(wanted).order_by(_M.id).limit(limit)
        if after is not None:
            chosen = chosen.where(_M.id > after)
        return tuple(member_of(row) for row in self.database.read(chosen))

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
        return tuple(member_of(row) for row in self.database.read(waiting.order_by(_M.id)))

    def remember(self, entry: HistoryEntry) -> None:
        """Add one row of history; rows are never changed."""
        values = {field.name: getattr(entry, field.name) for field in fields(entry)}
        values.update(grounds=grounds_to_json(entry.grounds), change=dict(entry.change))
        self.database.write(insert(HISTORY).values(values))

    def history(self, member: MemberId) -> tuple[HistoryEntry, ...]:
        """Return a member's history, oldest first."""
        ours = select(HISTORY).where(HISTORY.c.member == member)
        rows = self.database.read(ours.order_by(HISTORY.c.version))
        return tuple(entry_of(row) for row in rows)


def _living_first(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    ordered = select(MEMBERS).where(which)
    return ordered.order_by(case((_M.state.in_(_GONE), 1), else_=0), _M.id.desc())


def _found(row: AnyRow | None, asked: str) -> Member:
    if row is None:
        raise MemberUnknown(asked[:200])
    return member_of(row)
