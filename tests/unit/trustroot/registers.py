"""Members, proposals and standing in memory."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import compress

from kernel.approval import Proposal, ProposalDecided
from kernel.ids import EntityId, MemberId, PersonId, ProposalId
from kernel.standing import (
    State,
)
from tests.unit.kernel.remembered import RememberedStanding
from tests.unit.trustroot.fakes import NOON, MemoryWork
from trustroot.registry.domain import (
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
    ProposalUnknown,
    SlugTaken,
)


class MemoryMembers:
    """Members in a dictionary."""

    def __init__(self, work: MemoryWork) -> None:
        self.rows: dict[MemberId, Member] = {}
        self.entries: list[HistoryEntry] = []
        work.covers(self._snapshot)

    def add(self, member: Member) -> None:
        if any(not row.is_gone for row in self.memberships(member.entity_id)):
            raise EntityTaken(member.entity_id)
        self._slug_is_free(member)
        self.rows[member.id] = member

    def find(self, member: MemberId) -> Member:
        if member not in self.rows:
            raise MemberUnknown(str(member))
        return self.rows[member]

    def by_entity(self, entity: EntityId) -> Member:
        for row in self.memberships(entity):
            return row
        raise MemberUnknown(entity)

    def memberships(self, entity: EntityId) -> tuple[Member, ...]:
        return self._living_first(row.entity_id == entity for row in self._rows())

    def change(self, member: Member) -> None:
        held = self.find(member.id)
        if held.version != member.version - 1:
            raise MemberChanged(str(member.id))
        self._slug_is_free(member)
        self.rows[member.id] = replace(member, proven_contacts=held.proven_contacts)

    def by_slug(self, slug: str) -> Member:
        for row in self._living_first(_slug(row) == slug for row in self._rows()):
            return row
        raise MemberUnknown(slug)

    def _rows(self) -> list[Member]:
        return [self.rows[key] for key in sorted(self.rows, reverse=True)]

    def _living_first(self, which: Iterable[bool]) -> tuple[Member, ...]:
        chosen = compress(self._rows(), which)
        return tuple(sorted(chosen, key=lambda row: row.is_gone))

    def note_contact(self, member: MemberId, proven: ProvenContact) -> None:
        row = self.rows[member]
        kept = tuple(one for one in row.proven_contacts if one.address != proven.address)
        self.rows[member] = replace(row, proven_contacts=(*kept, proven))

    def some_in_states(
        self, states: Iterable[MemberState], *, after: MemberId | None, limit: int
    ) -> tuple[Member, ...]:
        rows = (r for r in self.in_states(states) if after is None or r.id > after)
        return tuple(rows)[:limit]

    def versions(self, members: Iterable[MemberId]) -> dict[MemberId, int]:
        return {key: self.rows[key].version for key in members if key in self.rows}

    def _slug_is_free(self, member: Member) -> None:
        slug = _slug(member)
        others = (row for row in self.rows.values() if row.id != member.id)
        for row in others:
            free = row.is_gone and row.entity_id == member.entity_id
            if slug is not None and _slug(row) == slug and not free:
                raise SlugTaken(slug)

    def note_alarm(self, member: MemberId) -> None:
        row = self.rows[member]
        if row.suspension is not None:
            self.rows[member] = replace(
                row, suspension=replace(row.suspension, alarmed=True)
            )

    def page(
        self,
        *,
        kind: MemberKind | None,
        state: MemberState | None,
        after: MemberId | None,
        limit: int,
    ) -> tuple[Member, ...]:
        rows = (self.rows[key] for key in sorted(self.rows) if after is None or key > after)
        fitting = (r for r in rows if kind in {None, r.kind} and state in {None, r.state})
        return tuple(fitting)[:limit]

    def in_states(self, states: Iterable[MemberState]) -> tuple[Member, ...]:
        wanted = set(states)
        return tuple(r for _, r in sorted(self.rows.items()) if r.state in wanted)

    def unconfirmed(self, before: datetime) -> tuple[Member, ...]:
        return tuple(
            row
            for row in self.in_states((MemberState.SUSPENDED,))
            if row.suspension is not None
            and row.suspension.at < before
            and not (row.suspension.confirmed or row.suspension.alarmed)
        )

    def remember(self, entry: HistoryEntry) -> None:
        self.entries.append(entry)

    def history(self, member: MemberId) -> tuple[HistoryEntry, ...]:
        ours = [entry for entry in self.entries if entry.member == member]
        return tuple(sorted(ours, key=lambda entry: entry.version))

    def _snapshot(self) -> Callable[[], None]:
        rows, entries = dict(self.rows), list(self.entries)

        def restore() -> None:
            self.rows, self.entries = rows, entries

        return restore


def _slug(member: Member) -> str | None:
    return None if member.represented is None else member.represented.slug


class MemoryProposals:
    """Proposals in a dictionary."""

    def __init__(self, work: MemoryWork) -> None:
        self.rows: dict[ProposalId, Proposal] = {}
        work.covers(self._snapshot)

    def add(self, proposal: Proposal) -> None:
        self.rows[proposal.id] = proposal

    def find(self, proposal: ProposalId) -> Proposal:
        if proposal not in self.rows:
            raise ProposalUnknown(str(proposal))
        return self.rows[proposal]

    def open_for(self, subject: str) -> tuple[Proposal, ...]:
        rows = sorted(self.rows.values(), key=lambda row: (row.proposed_at, row.id))
        return tuple(r for r in rows if r.subject == subject and r.approver is None)

    def waiting(
        self, *, since: datetime, after: ProposalId | None, limit: int
    ) -> tuple[Proposal, ...]:
        rows = (self.rows[key] for key in sorted(self.rows) if after is None or key > after)
        undecided = (r for r in rows if r.approver is None and r.proposed_at >= since)
        return tuple(undecided)[:limit]

    def decide(self, proposal: ProposalId, approver: PersonId, at: datetime) -> None:
        row = self.find(proposal)
        if row.approver is not None:
            raise ProposalDecided(str(proposal))
        self.rows[proposal] = replace(row, approver=approver, decided_at=at)

    def _snapshot(self) -> Callable[[], None]:
        rows = dict(self.rows)

        def restore() -> None:
            self.rows = rows

        return restore


class MemoryStanding(RememberedStanding):
    """Standing and its register, undone with the unit of work."""

    def __init__(self, work: MemoryWork) -> None:
        super().__init__(lambda: NOON)
        work.covers(self._snapshot)

    def of(self, member: Member) -> State:
        return self.state_of(member.party)

    def _snapshot(self) -> Callable[[], None]:
        changes = list(self.changes)

        def restore() -> None:
            self.changes = changes

        return restore
