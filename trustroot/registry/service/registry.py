"""The register as other rooms read it, and the last step to being active."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kernel.ids import EntityId, MemberId
from kernel.work import UnitOfWork
from trustroot.registry.domain import (
    Action,
    Grounds,
    HistoryEntry,
    Member,
    MemberKind,
    MemberState,
    moved,
)
from trustroot.registry.service.record import Act, Record

_PUBLISHED: Final = Grounds(reason="statement signed", basis="publication")
_PAGE: Final = 200
_MAY_ACT: Final = (MemberState.APPROVED, MemberState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Registry:
    """Who is a member, on which terms, and how that came about."""

    record: Record
    work: UnitOfWork

    def find(self, entity: EntityId) -> Member:
        """Return an entity's living membership, else its last, or raise `MemberUnknown`."""
        return self.record.members.by_entity(entity)

    def by_entity(self, entity: EntityId) -> Member:
        """Return an entity's living membership, else its last, or raise `MemberUnknown`."""
        return self.find(entity)

    def named(self, entity: EntityId) -> tuple[Member, ...]:
        """Return every membership of an entity, the living or latest one first."""
        return self.record.members.memberships(entity)

    def life_of(self, entity: EntityId) -> tuple[HistoryEntry, ...]:
        """Return the history of all memberships of an entity, oldest first.

        Versions go on from one membership to the next, so they tell entries apart.
        """
        held = reversed(self.record.members.memberships(entity))
        return tuple(entry for one in held for entry in self.record.members.history(one.id))

    def by_slug(self, slug: str) -> Member:
        """Return the represented member hosted under this path, or `MemberUnknown`."""
        return self.record.members.by_slug(slug)

    def each_active(self) -> Iterator[Member]:
        """Yield everybody who may act, in the order of their applications.

        Members are read a page at a time: ten thousand are never in memory at once.
        """
        return self._each((MemberState.ACTIVE,))

    def each_publishable(self) -> Iterator[Member]:
        """Yield those about whom statements are signed, a page in memory at a time."""
        return self._each(_MAY_ACT)

    def _each(self, states: tuple[MemberState, ...]) -> Iterator[Member]:
        after: MemberId | None = None
        while page := self.record.members.some_in_states(states, after=after, limit=_PAGE):
            yield from page
            after = page[-1].id

    def show(self, member: MemberId) -> Member:
        """Return a member by id, or raise `MemberUnknown`."""
        return self.record.members.find(member)

    def active_members(self) -> tuple[Member, ...]:
        """Return everybody who may act, in the order of their applications."""
        return self.record.members.in_states((MemberState.ACTIVE,))

    def publishable(self) -> tuple[Member, ...]:
        """Return those about whom statements are signed: approved and active."""
        return self.record.members.in_states(_MAY_ACT)

    def history(self, member: MemberId) -> tuple[HistoryEntry, ...]:
        """Return a member's history, oldest first, or raise `MemberUnknown`."""
        self.record.members.find(member)
        return self.record.members.history(member)

    def page(
        self,
        *,
        kind: MemberKind | None = None,
        state: MemberState | None = None,
        after: MemberId | None = None,
        limit: int = 50,
    ) -> tuple[Member, ...]:
        """Return some members in the order of their applications."""
        return self.record.members.page(kind=kind, state=state, after=after, limit=limit)

    def activate(self, identifier: MemberId) -> Member:
        """Make an approved member active: what is said about it has been signed.

        Raises:
            TransitionNotAllowed: it is not approved.
        """
        with self.work():
            member = self.record.members.find(identifier)
            act = Act(action=Action.ACTIVATE, grounds=_PUBLISHED)
            return self.record.write(member, moved(member, Action.ACTIVATE), act)
