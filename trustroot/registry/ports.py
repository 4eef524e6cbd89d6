"""What the register needs from others."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from kernel.approval import Proposal, ProposalStore
from kernel.ids import EntityId, MemberId, ProposalId
from trustroot.registry.domain import (
    Application,
    ContactCode,
    Debtor,
    Evidence,
    EvidenceId,
    EvidenceKind,
    HistoryEntry,
    Member,
    MemberKind,
    MemberNotice,
    MemberState,
    ProbeReport,
    ProvenContact,
    RegistrationPolicy,
    TestClient,
    WatchEntry,
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


class TestClients(Protocol):
    """Opens an applicant's client in the sandbox, at once; implemented by idp.clients."""

    def open(self, application: Application, redirect_uris: Iterable[str]) -> TestClient:
        """Register the client; its secret is returned here and never again.

        Raises:
            kernel.errors.Refused: a redirect URI is not one a client may have.
        """
        ...


class Notices(Protocol):
    """Carries notices to contacts of members.

    When ``send`` returns, the carrier has the notice; when it raises
    `kernel.errors.Unavailable`, it may have it or not.
    """

    def send(self, notice: MemberNotice) -> None:
        """Hand one notice over."""
        ...


class MemberStore(Protocol):
    """Members and their history; part of the surrounding unit of work.

    Writers of one member are told apart by version: of two that read the same one, the
    second raises `MemberChanged`.
    """

    def add(self, member: Member) -> None:
        """Keep a new member; its entity has no other that is living.

        Raises:
            EntityTaken: it has.
            SlugTaken: the hosted path is another's, or was another entity's.
        """
        ...

    def find(self, member: MemberId) -> Member:
        """Return one, or raise `MemberUnknown`."""
        ...

    def by_entity(self, entity: EntityId) -> Member:
        """Return the living one of this entity, else the last to go, or `MemberUnknown`."""
        ...

    def memberships(self, entity: EntityId) -> tuple[Member, ...]:
        """Return every membership of an entity, the living or latest one first."""
        ...

    def change(self, member: Member) -> None:
        """Replace version ``member.version - 1``; its proven contacts stay.

        Raises:
            MemberChanged: there is another version.
            SlugTaken: the hosted path is another's.
        """
        ...

    def by_slug(self, slug: str) -> Member:
        """Return the living one with this path, else the last to go, or `MemberUnknown`."""
        ...

    def note_contact(self, member: MemberId, proven: ProvenContact) -> None:
        """Remember that an address was proven; the version stays."""
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

    def some_in_states(
        self, states: Iterable[MemberState], *, after: MemberId | None, limit: int
    ) -> tuple[Member, ...]:
        """Return members in one of the states in the order of their making, a page."""
        ...

    def versions(self, members: Iterable[MemberId]) -> dict[MemberId, int]:
        """Return the version of each; those unknown are left out."""
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


class Proposals(ProposalStore, Protocol):
    """Proposals of every subject of the register, in one queue."""

    def waiting(
        self, *, since: datetime, after: ProposalId | None, limit: int
    ) -> tuple[Proposal, ...]:
        """Return undecided ones proposed since an instant, in the order of their ids."""
        ...


class EvidenceStore(Protocol):
    """Evidence and the rungs taken for it; part of the surrounding unit of work."""

    def add(self, evidence: Evidence) -> None:
        """Keep a piece of evidence; it is never changed."""
        ...

    def of(self, member: MemberId) -> tuple[Evidence, ...]:
        """Return a member's evidence, the latest to expire first."""
        ...

    def standing_until(self, day: date, *, unless: str) -> tuple[Evidence, ...]:
        """Return, of each member and kind, the latest to expire, if by ``day``.

        Those for which the rung ``unless`` was taken are left out.
        """
        ...

    def debtors(
        self, member: MemberKind, kind: EvidenceKind, before: datetime
    ) -> tuple[Debtor, ...]:
        """Return active members of a kind that never filed evidence of another kind.

        Those that first became active before an instant, in the order of their making.
        """
        ...

    def taken(self, evidence: EvidenceId) -> frozenset[str]:
        """Return the names of the rungs taken."""
        ...

    def take(self, evidence: EvidenceId, step: str, at: datetime) -> bool:
        """Mark a rung as taken; False where somebody has: of two callers one is told True.

        What follows from the rung is done in the same unit of work, and so exactly once.
        """
        ...


class WatchStore(Protocol):
    """What was found of members; part of the surrounding unit of work."""

    def latest(self, member: MemberId) -> WatchEntry | None:
        """Return the latest entry, or None."""
        ...

    def history(self, member: MemberId, *, limit: int) -> tuple[WatchEntry, ...]:
        """Return a member's entries, the latest first."""
        ...

    def put(self, entry: WatchEntry) -> None:
        """Keep an entry, in place of the one with its number if there is one."""
        ...


class PolicyStore(Protocol):
    """Versions of the registration policy; part of the surrounding unit of work."""

    def add(self, policy: RegistrationPolicy) -> None:
        """Keep a version for good, or raise `PolicyTaken`."""
        ...

    def all(self) -> tuple[RegistrationPolicy, ...]:
        """Return every version, the latest to begin first."""
        ...


class ContactCodes(Protocol):
    """Codes on their way to contacts; part of the surrounding unit of work."""

    def put(self, code: ContactCode) -> None:
        """Keep the code of a draft, in place of an earlier one."""
        ...

    def find(self, draft: UUID) -> ContactCode | None:
        """Return the code of a draft, or None; concurrent callers wait for each other."""
        ...

    def forget(self, before: datetime) -> None:
        """Delete those that ended before an instant."""
        ...
