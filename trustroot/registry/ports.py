"""What the register needs from others."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from kernel.ids import EntityId, MemberId
from trustroot.registry.domain import (
    HistoryEntry,
    Member,
    MemberKind,
    MemberState,
    ProbeReport,
)


class MemberProbe(Protocol):
    """Fetches a member's own statements and checks them against its application.

    One implementation per kind. It calls out, so it is never used inside a unit of work.
    What is wrong with the member is in the report; what keeps us from finding out raises
    `kernel.errors.Unavailable`.
    """

    def probe(self, member: Member) -> ProbeReport:
        """Check one member now."""
        ...


class MemberStore(Protocol):
    """Members and their history; part of the surrounding unit of work.

    Writers of one member are told apart by version: of two that read the same one, the
    second raises `MemberChanged`.
    """

    def add(self, member: Member) -> None:
        """Keep a new member, or raise `EntityTaken`."""
        ...

    def find(self, member: MemberId) -> Member:
        """Return one, or raise `MemberUnknown`."""
        ...

    def by_entity(self, entity: EntityId) -> Member:
        """Return the one with this entity identifier, or raise `MemberUnknown`."""
        ...

    def change(self, member: Member) -> None:
        """Replace version ``member.version - 1``, or raise `MemberChanged`."""
        ...

    def note_alarm(self, member: MemberId) -> None:
        """Remember that the alarm about an unconfirmed suspension was raised."""
        ...

    def page(
        self,
        *,
        kind: MemberKind | None,
        state: MemberState | None,
        after: MemberId | None,
        limit: int,
    ) -> tuple[Member, ...]:
        """Return members in the order of their making, after one of them."""
        ...

    def in_states(self, states: Iterable[MemberState]) -> tuple[Member, ...]:
        """Return every member in one of the states."""
        ...

    def unconfirmed(self, before: datetime) -> tuple[Member, ...]:
        """Return members suspended before an instant, unconfirmed, without alarm yet."""
        ...

    def remember(self, entry: HistoryEntry) -> None:
        """Add one row of history; rows are never changed."""
        ...

    def history(self, member: MemberId) -> tuple[HistoryEntry, ...]:
        """Return a member's history, oldest first."""
        ...
