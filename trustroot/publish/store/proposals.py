"""Proposals about trust marks, over SQL."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from kernel.approval import Proposal, ProposalDecided
from kernel.ids import PersonId, ProposalId
from kernel.infra.db import Database
from trustroot.publish.errors import MarkProposalUnknown
from trustroot.publish.models import PROPOSALS

_P: Final = PROPOSALS.c


@dataclass(frozen=True, slots=True)
class SqlMarkProposals:
    """Implements `trustroot.publish.ports.MarkProposals`."""

    database: Database

    def add(self, proposal: Proposal) -> None:
        """Keep a fresh proposal."""
        values = {field.name: getattr(proposal, field.name) for field in fields(proposal)}
        values["change"] = dict(proposal.change)
        self.database.write(insert(PROPOSALS).values(values))

    def find(self, proposal: ProposalId) -> Proposal:
        """Return one, or raise `MarkProposalUnknown`."""
        row = self.database.read_one(select(PROPOSALS).where(_P.id == proposal))
        if row is None:
            raise MarkProposalUnknown(str(proposal))
        return _proposal(row)

    def open_for(self, subject: str) -> tuple[Proposal, ...]:
        """Return the undecided ones about a subject, oldest first."""
        waiting = select(PROPOSALS).where(_P.subject == subject, _P.approver.is_(None))
        rows = self.database.read(waiting.order_by(_P.proposed_at, _P.id))
        return tuple(map(_proposal, rows))

    def waiting(
        self, *, since: datetime, after: ProposalId | None, limit: int
    ) -> tuple[Proposal, ...]:
        """Return undecided ones proposed since an instant, in the order of their ids."""
        waiting = select(PROPOSALS).where(_P.approver.is_(None), _P.proposed_at >= since)
        if after is not None:
            waiting = waiting.where(_P.id > after)
        rows = self.database.read(waiting.order_by(_P.id).limit(limit))
        return tuple(map(_proposal, rows))

    def decide(self, proposal: ProposalId, approver: PersonId, at: datetime) -> None:
        """Mark it approved, or raise `ProposalDecided`."""
        undecided = (_P.id == proposal) & _P.approver.is_(None)
        decided = update(PROPOSALS).where(undecided)
        if self.database.write(decided.values(approver=approver, decided_at=at)) != 1:
            raise ProposalDecided(str(proposal))


def _proposal(row: Row[*tuple[Any, ...]]) -> Proposal:
    return Proposal(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name
