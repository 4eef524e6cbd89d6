"""Window records and their proposals."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from kernel.approval import Proposal, ProposalDecided
from kernel.ids import PersonId, ProposalId
from kernel.infra.db import Database
from realname.domain import KeptRecord
from realname.errors import WindowRecordUnknown
from realname.models import PROPOSALS, WINDOW_RECORDS

_W: Final = WINDOW_RECORDS.c
_P: Final = PROPOSALS.c


@dataclass(frozen=True, slots=True)
class SqlWindowRecords:
    """Implements `WindowRecordStore`; the content comes sealed."""

    db: Database

    def add(self, record: KeptRecord) -> None:
        """Keep a fresh one."""
        values = {field.name: getattr(record, field.name) for field in fields(record)}
        self.db.write(insert(WINDOW_RECORDS).values(values))

    def find(self, proposal: ProposalId) -> KeptRecord:
        """Return one, or raise `WindowRecordUnknown`."""
        row = self.db.read_one(select(WINDOW_RECORDS).where(_W.proposal == proposal))
        if row is None:
            raise WindowRecordUnknown(str(proposal))
        person = None if row.person is None else PersonId(row.person)
        return KeptRecord(
            proposal=ProposalId(row.proposal),
            content=row.content,
            person=person,
            made_at=row.made_at,
        )

    def carried_out(self, proposal: ProposalId, person: PersonId) -> None:
        """Note who was proofed and erase the sealed content."""
        one = update(WINDOW_RECORDS).where(_W.proposal == proposal)
        self.db.write(one.values(person=person, content=None))

    def erase_undecided(self, before: datetime) -> int:
        """Erase the content of records that nobody approved since ``before``."""
        old = (_W.made_at < before) & _W.content.is_not(None)
        return self.db.write(update(WINDOW_RECORDS).where(old).values(content=None))


@dataclass(frozen=True, slots=True)
class SqlProposals:
    """Implements `kernel.approval.ProposalStore` for window records."""

    db: Database

    def add(self, proposal: Proposal) -> None:
        """Keep a fresh proposal."""
        values = {field.name: getattr(proposal, field.name) for field in fields(proposal)}
        values["change"] = dict(proposal.change)
        self.db.write(insert(PROPOSALS).values(values))

    def find(self, proposal: ProposalId) -> Proposal:
        """Return one, or raise `WindowRecordUnknown`."""
        row = self.db.read_one(select(PROPOSALS).where(_P.id == proposal))
        if row is None:
            raise WindowRecordUnknown(str(proposal))
        return _proposal(row)

    def open_for(self, subject: str) -> tuple[Proposal, ...]:
        """Return the undecided ones about a subject, oldest first."""
        waiting = select(PROPOSALS).where(_P.subject == subject, _P.approver.is_(None))
        rows = self.db.read(waiting.order_by(_P.proposed_at, _P.id))
        return tuple(_proposal(row) for row in rows)

    def decide(self, proposal: ProposalId, approver: PersonId, at: datetime) -> None:
        """Mark it approved, or raise `ProposalDecided`."""
        undecided = (_P.id == proposal) & _P.approver.is_(None)
        decided = update(PROPOSALS).where(undecided)
        if self.db.write(decided.values(approver=approver, decided_at=at)) != 1:
            raise ProposalDecided(str(proposal))


def _proposal(row: Row[*tuple[Any, ...]]) -> Proposal:
    return Proposal(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name
