"""The ports of publishing in memory; the contract suites hold them to the same promises."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from kernel.approval import Proposal
from kernel.ids import EntityId, ProposalId
from kernel.secret import Digest
from tests.unit.trustroot.fakes import MemoryWork
from tests.unit.trustroot.registers import MemoryProposals
from trustroot.publish.domain import (
    Answer,
    AnswerKind,
    Filter,
    Happened,
    MarkGrant,
    MarkStatus,
    MarkType,
    Numbered,
    PageFilter,
    SignedMark,
    Statement,
    StatementKind,
)
from trustroot.publish.errors import MarkProposalUnknown, MarkTypeTaken, MarkTypeUnknown
from trustroot.registry.errors import ProposalUnknown

K = TypeVar("K")
V = TypeVar("V")


class MemoryRows(Generic[K, V]):
    """A dictionary that a refused unit of work puts back."""

    def __init__(self, work: MemoryWork) -> None:
        self.rows: dict[K, V] = {}
        self.puts = 0
        work.covers(self._snapshot)

    def keep(self, key: K, value: V) -> None:
        self.rows[key] = value
        self.puts += 1

    def _snapshot(self) -> Callable[[], None]:
        rows = dict(self.rows)

        def restore() -> None:
            self.rows = rows

        return restore


class MemoryMarks(MemoryRows[Digest, SignedMark]):
    """Marks in a dictionary."""

    def put(self, mark: SignedMark) -> None:
        held = self.rows.get(mark.digest)
        if held is None or held.status is MarkStatus.ACTIVE:
            self.keep(mark.digest, mark)

    def find(self, digest: Digest) -> SignedMark | None:
        return self.rows.get(digest)

    def current(self, mark_type: str, subject: EntityId) -> SignedMark | None:
        held = (m for m in self.held_by(subject) if m.mark_type == mark_type)
        return next(held, None)

    def held_by(self, subject: EntityId) -> tuple[SignedMark, ...]:
        held = [mark for mark in self._active() if mark.subject == subject]
        held.sort(key=lambda mark: bytes(mark.digest))
        held.sort(key=lambda mark: mark.expires_at, reverse=True)
        return tuple(sorted(held, key=lambda mark: mark.mark_type))

    def holders(self, mark_type: str, now: datetime) -> tuple[EntityId, ...]:
        held = (m for m in self._active() if m.mark_type == mark_type)
        return tuple(sorted({mark.subject for mark in held if mark.expires_at > now}))

    def due(self, *, ends: datetime, said: datetime, limit: int) -> tuple[SignedMark, ...]:
        tired = [m for m in self._active() if m.expires_at <= ends or m.answered_at <= said]
        tired.sort(key=lambda mark: (mark.expires_at, bytes(mark.digest)))
        return tuple(tired[:limit])

    def forget(self, ended_before: datetime) -> int:
        gone = [d for d, mark in self.rows.items() if mark.expires_at < ended_before]
        for digest in gone:
            del self.rows[digest]
        return len(gone)

    def valid(self, subject: EntityId, now: datetime) -> frozenset[str]:
        held = (mark for mark in self.held_by(subject) if mark.expires_at > now)
        return frozenset(mark.mark_type for mark in held)

    def _active(self) -> list[SignedMark]:
        return [m for m in self.rows.values() if m.status is MarkStatus.ACTIVE]


class MemoryStatements(MemoryRows[EntityId, Statement]):
    """Statements in a dictionary."""

    def __init__(self, work: MemoryWork, marks: MemoryMarks | None = None) -> None:
        super().__init__(work)
        self.marks = marks or MemoryMarks(work)
        self.removals = 0

    def put(self, statement: Statement) -> None:
        self.keep(statement.subject, statement)

    def remove(self, subject: EntityId) -> None:
        self.rows.pop(subject, None)
        self.removals += 1

    def find(self, subject: EntityId) -> Statement | None:
        return self.rows.get(subject)

    def all(self) -> tuple[Statement, ...]:
        return tuple(self.rows[subject] for subject in sorted(self.rows))

    def due(self, before: datetime, *, limit: int) -> tuple[Statement, ...]:
        ending = [held for held in self.rows.values() if held.expires_at <= before]
        ending.sort(key=lambda held: (held.expires_at, held.subject))
        return tuple(ending[:limit])

    def generation(self) -> int:
        return self.puts + self.removals + self.marks.puts

    def fitting(self, asked: Filter, now: datetime) -> tuple[EntityId, ...]:
        return tuple(held.subject for held in self.all() if self._fits(held, asked, now))

    def page(self, asked: PageFilter, now: datetime) -> tuple[Statement, ...]:
        fitting = (held for held in self.all() if self._fits(held, asked.what, now))
        rest = (h for h in fitting if asked.start is None or h.subject >= asked.start)
        return tuple(held for held in rest if _in_span(held, asked))[: asked.limit]

    def _fits(self, held: Statement, asked: Filter, now: datetime) -> bool:
        marks = self.marks.valid(held.subject, now)
        return all(
            (
                held.kind is not StatementKind.CONFIGURATION,
                asked.intermediate in {None, held.is_intermediate},
                marks or not asked.trust_marked,
                asked.entity_types <= held.entity_types,
                asked.mark_types <= marks,
            )
        )


def _in_span(held: Statement, asked: PageFilter) -> bool:
    if asked.updated_after is asked.updated_before is None:
        return True
    if held.updated_at is None:
        return False
    after = asked.updated_after is None or held.updated_at >= asked.updated_after
    return after and (
        asked.updated_before is None or held.updated_at <= asked.updated_before
    )


class MemoryMarkTypes(MemoryRows[str, MarkType]):
    """Types of mark in a dictionary."""

    def add(self, kind: MarkType) -> None:
        if kind.id in self.rows:
            raise MarkTypeTaken(kind.id)
        self.keep(kind.id, kind)

    def find(self, identifier: str) -> MarkType:
        if identifier not in self.rows:
            raise MarkTypeUnknown(identifier)
        return self.rows[identifier]

    def all(self) -> tuple[MarkType, ...]:
        return tuple(self.rows[identifier] for identifier in sorted(self.rows))


class MemoryGrants(MemoryRows[tuple[str, EntityId], MarkGrant]):
    """Grants in a dictionary."""

    def put(self, grant: MarkGrant) -> None:
        self.keep((grant.mark_type, grant.subject), grant)

    def find(self, mark_type: str, subject: EntityId) -> MarkGrant | None:
        return self.rows.get((mark_type, subject))

    def of(self, subject: EntityId) -> tuple[MarkGrant, ...]:
        held = [grant for grant in self.rows.values() if grant.subject == subject]
        return tuple(sorted(held, key=lambda grant: grant.mark_type))

    def page(
        self,
        *,
        mark_type: str | None,
        subject: EntityId | None,
        after: UUID | None,
        limit: int,
    ) -> tuple[MarkGrant, ...]:
        rows = sorted(self.rows.values(), key=lambda grant: grant.id)
        fitting = (
            grant
            for grant in rows
            if mark_type in {None, grant.mark_type}
            and subject in {None, grant.subject}
            and (after is None or grant.id > after)
        )
        return tuple(fitting)[:limit]


class MemoryEvents(MemoryRows[int, Numbered]):
    """Events in a dictionary."""

    def add(self, event: Happened) -> int:
        number = self.last() + 1
        self.keep(number, Numbered(number=number, event=event))
        return number

    def last(self) -> int:
        return max(self.rows, default=0)

    def since(self, number: int, *, limit: int) -> tuple[Numbered, ...]:
        later = (row for key, row in sorted(self.rows.items()) if key > number)
        return tuple(later)[:limit]

    def about(self, subject: EntityId) -> tuple[Numbered, ...]:
        rows = (row for _, row in sorted(self.rows.items()))
        return tuple(row for row in rows if row.event.subject == subject)

    def version_of(self, subject: EntityId) -> int:
        return max((row.event.version for row in self.about(subject)), default=0)


class MemoryAnswers(MemoryRows[tuple[AnswerKind, str], Answer]):
    """Answers in a dictionary."""

    def put(self, answer: Answer) -> None:
        self.keep((answer.kind, answer.name), answer)

    def find(self, kind: AnswerKind, name: str) -> Answer | None:
        return self.rows.get((kind, name))

    def remove(self, kind: AnswerKind, name: str) -> None:
        self.rows.pop((kind, name), None)


class MemoryBookmarks(MemoryRows[str, int]):
    """Numbers in a dictionary."""

    def at(self, name: str) -> int:
        return self.rows.get(name, 0)

    def move(self, name: str, number: int) -> None:
        self.keep(name, number)


class MemoryAssertions(MemoryRows[tuple[EntityId, str], datetime]):
    """Used assertions in a dictionary."""

    def use(self, client: EntityId, jti: str, until: datetime) -> bool:
        if (client, jti) in self.rows:
            return False
        self.keep((client, jti), until)
        return True

    def forget(self, before: datetime) -> None:
        self.rows = {key: until for key, until in self.rows.items() if until >= before}


class MemoryMarkProposals(MemoryProposals):
    """Proposals in a dictionary."""

    def find(self, proposal: ProposalId) -> Proposal:
        try:
            return super().find(proposal)
        except ProposalUnknown as cause:
            raise MarkProposalUnknown(str(proposal)) from cause


@dataclass
class PublishStores:
    """Every store of publishing, in memory."""

    work: MemoryWork

    def __post_init__(self) -> None:
        """Make them."""
        self.marks = MemoryMarks(self.work)
        self.statements = MemoryStatements(self.work, self.marks)
        self.mark_types = MemoryMarkTypes(self.work)
        self.grants = MemoryGrants(self.work)
        self.events = MemoryEvents(self.work)
        self.answers = MemoryAnswers(self.work)
        self.bookmarks = MemoryBookmarks(self.work)
        self.assertions = MemoryAssertions(self.work)
        self.proposals = MemoryMarkProposals(self.work)
