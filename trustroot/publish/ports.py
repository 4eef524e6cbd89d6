"""What publishing needs from below."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from kernel.approval import Proposal, ProposalStore
from kernel.ids import EntityId, MemberId, ProposalId
from kernel.secret import Digest
from trustroot.publish.domain import (
    Answer,
    AnswerKind,
    Filter,
    Happened,
    MarkGrant,
    MarkType,
    Numbered,
    PageFilter,
    SignedMark,
    Statement,
)


class StatementStore(Protocol):
    """Signed statements, one per subject; part of the surrounding unit of work."""

    def put(self, statement: Statement) -> None:
        """Keep a statement in place of the one about the same subject."""
        ...

    def remove(self, subject: EntityId) -> None:
        """Take away the statement about a subject; none there is no error."""
        ...

    def find(self, subject: EntityId) -> Statement | None:
        """Return the statement about a subject, if there is one."""
        ...

    def all(self) -> tuple[Statement, ...]:
        """Return every statement, in the order of their subjects."""
        ...

    def due(self, before: datetime, *, limit: int) -> tuple[Statement, ...]:
        """Return statements that end before an instant, the first to end first."""
        ...


class Subordinates(Protocol):
    """The same statements as lists; the configuration is in none of them.

    ``generation`` grows with every change of what a list may say: a statement put or
    removed, a mark put.
    """

    def generation(self) -> int:
        """Return the number of the last change; 0 before the first."""
        ...

    def fitting(self, asked: Filter, now: datetime) -> tuple[EntityId, ...]:
        """Return the subjects that fit, in the order of their identifiers."""
        ...

    def page(self, asked: PageFilter, now: datetime) -> tuple[Statement, ...]:
        """Return at most ``limit`` of those that fit, from ``start`` on.

        In a lasting order of the store's own; ``start`` need not fit, or be there.
        """
        ...


class PublishedStatements(StatementStore, Subordinates, Protocol):
    """Both: one store."""


class MarkTypeStore(Protocol):
    """Types of trust mark, by their URL."""

    def add(self, kind: MarkType) -> None:
        """Keep a new type, or raise `MarkTypeTaken`."""
        ...

    def find(self, identifier: str) -> MarkType:
        """Return one, or raise `MarkTypeUnknown`."""
        ...

    def all(self) -> tuple[MarkType, ...]:
        """Return every type, in the order of their URLs."""
        ...


class GrantStore(Protocol):
    """Who may carry which mark: one grant a type and entity."""

    def put(self, grant: MarkGrant) -> None:
        """Keep a grant in place of the one for the same type and entity."""
        ...

    def find(self, mark_type: str, subject: EntityId) -> MarkGrant | None:
        """Return the grant, if there is one, revoked or not."""
        ...

    def of(self, subject: EntityId) -> tuple[MarkGrant, ...]:
        """Return what an entity was granted, in the order of types."""
        ...

    def page(
        self,
        *,
        mark_type: str | None,
        subject: EntityId | None,
        after: UUID | None,
        limit: int,
    ) -> tuple[MarkGrant, ...]:
        """Return some grants in the order of their ids, after one of them."""
        ...


class MarkStore(Protocol):
    """Every mark that was signed and is worth an answer."""

    def put(self, mark: SignedMark) -> None:
        """Keep a mark, in place of what was said of the same one while it was active.

        What was revoked or has expired stays so.
        """
        ...

    def find(self, digest: Digest) -> SignedMark | None:
        """Return the mark with this digest, if there is one."""
        ...

    def current(self, mark_type: str, subject: EntityId) -> SignedMark | None:
        """Return the active mark of a type that ends last, if there is one."""
        ...

    def held_by(self, subject: EntityId) -> tuple[SignedMark, ...]:
        """Return every active mark of an entity, by type, what ends last first."""
        ...

    def holders(self, mark_type: str, now: datetime) -> tuple[EntityId, ...]:
        """Return who has an active mark of a type, in the order of identifiers."""
        ...

    def due(self, *, ends: datetime, said: datetime, limit: int) -> tuple[SignedMark, ...]:
        """Return active marks that end before one instant or were spoken of before another.

        What ends first comes first.
        """
        ...

    def forget(self, ended_before: datetime) -> int:
        """Erase marks that ended before an instant; return how many."""
        ...


class EventStore(Protocol):
    """Numbered events; ``add`` is called inside the unit of work of what it tells.

    Numbers are taken under one lock that is held until the commit.
    """

    def add(self, event: Happened) -> int:
        """Keep an event and return its number."""
        ...

    def last(self) -> int:
        """Return the last number; 0 before the first."""
        ...

    def since(self, number: int, *, limit: int) -> tuple[Numbered, ...]:
        """Return what follows a number, in order."""
        ...

    def about(self, subject: EntityId) -> tuple[Numbered, ...]:
        """Return what happened to an entity, oldest first."""
        ...

    def version_of(self, subject: EntityId) -> int:
        """Return up to which version of a member events were written; 0: none."""
        ...


class AnswerStore(Protocol):
    """Signed answers by kind and name."""

    def put(self, answer: Answer) -> None:
        """Keep an answer in place of the one of the same kind and name."""
        ...

    def find(self, kind: AnswerKind, name: str) -> Answer | None:
        """Return an answer, if there is one."""
        ...

    def remove(self, kind: AnswerKind, name: str) -> None:
        """Take an answer away; none there is no error."""
        ...


class MarkProposals(ProposalStore, Protocol):
    """Proposals about types of trust marks and grants."""

    def waiting(
        self, *, since: datetime, after: ProposalId | None, limit: int
    ) -> tuple[Proposal, ...]:
        """Return undecided ones proposed since an instant, in the order of their ids."""
        ...


class EvidenceBook(Protocol):
    """What members have shown; the register's evidence fits by its shape."""

    def ends_on(self, member: MemberId, /) -> date | None:
        """Return the day on which the first kind a member has shown ends, or None."""
        ...


class Bookmarks(Protocol):
    """How far a follower has read, by its name."""

    def at(self, name: str) -> int:
        """Return the number it has read up to; 0 before the first."""
        ...

    def move(self, name: str, number: int) -> None:
        """Remember how far it has read."""
        ...


class AssertionStore(Protocol):
    """Ids of client assertions that were used."""

    def use(self, client: EntityId, jti: str, until: datetime) -> bool:
        """Note an id as used; False if it was already. Linearizable."""
        ...

    def forget(self, before: datetime) -> None:
        """Erase what may be used again because it has expired."""
        ...
