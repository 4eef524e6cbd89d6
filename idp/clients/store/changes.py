"""What was done to records, what waits for a second person, and who is for trying."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update

from idp.clients.domain import Change, ClientState
from idp.clients.errors import ProposalUnknown
from idp.clients.models import clients_change, clients_proposal, clients_trial_person
from kernel.approval import Proposal, ProposalDecided
from kernel.ids import ClientId, PersonId, ProposalId
from kernel.infra.db import Database, upsert

_C: Final = clients_change.c
_P: Final = clients_proposal.c
_T: Final = clients_trial_person.c
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class SqlHistory:
    """The `ClientHistory` over SQL."""

    db: Database

    def add(self, change: Change) -> None:
        """Keep an entry."""
        values = {field.name: getattr(change, field.name) for field in fields(change)}
        values |= {"before": dict(change.before), "after": dict(change.after)}
        values["state"] = change.state.value
        values["actor"] = None if change.actor is None else str(change.actor)
        self.db.write(insert(clients_change).values(values))

    def of(self, client: ClientId) -> tuple[Change, ...]:
        """Return a record's entries, oldest first."""
        theirs = select(clients_change).where(_C.client == client)
        return tuple(_change(row) for row in self.db.read(theirs.order_by(_C.version)))


@dataclass(frozen=True, slots=True)
class SqlProposals:
    """The `ClientProposals` over SQL."""

    db: Database

    def add(self, proposal: Proposal) -> None:
        """Keep a fresh proposal."""
        values = {field.name: getattr(proposal, field.name) for field in fields(proposal)}
        values["change"] = dict(proposal.change)
        self.db.write(insert(clients_proposal).values(values))

    def find(self, proposal: ProposalId) -> Proposal:
        """Return one, or raise `ProposalUnknown`."""
        row = self.db.read_one(select(clients_proposal).where(_P.id == proposal))
        if row is None:
            raise ProposalUnknown(str(proposal))
        return _proposal(row)

    def open_for(self, subject: str) -> tuple[Proposal, ...]:
        """Return the undecided ones about a subject, oldest first."""
        undecided = (_P.subject == subject) & _P.approver.is_(None)
        waiting = select(clients_proposal).where(undecided)
        rows = self.db.read(waiting.order_by(_P.proposed_at, _P.id))
        return tuple(_proposal(row) for row in rows)

    def waiting(
        self, *, since: datetime, after: ProposalId | None, limit: int
    ) -> tuple[Proposal, ...]:
        """Return undecided ones proposed since an instant, in the order of their ids."""
        chosen = select(clients_proposal).where(_P.approver.is_(None))
        chosen = chosen.where(_P.proposed_at >= since).order_by(_P.id).limit(limit)
        if after is not None:
            chosen = chosen.where(_P.id > after)
        return tuple(_proposal(row) for row in self.db.read(chosen))

    def decide(self, proposal: ProposalId, approver: PersonId, at: datetime) -> None:
        """Mark it approved, or raise `ProposalDecided`."""
        undecided = (_P.id == proposal) & _P.approver.is_(None)
        decided = update(clients_proposal).where(undecided)
        if self.db.write(decided.values(approver=approver, decided_at=at)) != 1:
            raise ProposalDecided(str(proposal))


@dataclass(frozen=True, slots=True)
class SqlTrialPeople:
    """The `TrialPeople` over SQL."""

    db: Database

    def add(self, person: PersonId, since: datetime) -> None:
        """Enter somebody; once is enough."""
        entered = upsert(clients_trial_person).values(person=person, since=since)
        self.db.write(entered.on_conflict_do_nothing())

    def remove(self, person: PersonId) -> None:
        """Take somebody off the list; who is not on it stays off."""
        self.db.write(delete(clients_trial_person).where(_T.person == person))

    def has(self, person: PersonId) -> bool:
        """Tell whether somebody is on the list now."""
        theirs = select(_T.person).where(_T.person == person)
        return self.db.read_one(theirs) is not None

    def all(self) -> tuple[PersonId, ...]:
        """Return everybody on the list, by id."""
        rows = self.db.read(select(_T.person).order_by(_T.person))
        return tuple(PersonId(row.person) for row in rows)


def _change(row: AnyRow) -> Change:
    kept = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name
    kept["state"] = ClientState(row.state)
    kept["actor"] = None if row.actor is None else PersonId(UUID(row.actor))
    return Change(**kept)


def _proposal(row: AnyRow) -> Proposal:
    return Proposal(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name
