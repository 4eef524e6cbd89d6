"""Authorities, their proposals, and editions of the list."""

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from ca_bridge.domain import Ca, CaId, CaState, SignedList
from ca_bridge.errors import CaChanged, CaKnown, CaUnknown, ProposalUnknown
from ca_bridge.messages import (
    record_from_json,
    record_to_json,
    suspension_from_json,
    suspension_to_json,
)
from ca_bridge.models import ANCHORS, AUTHORITIES, EDITIONS, PROPOSALS
from kernel.approval import Proposal, ProposalDecided
from kernel.ids import PersonId, ProposalId
from kernel.infra.db import AlreadyStored, Database
from kernel.secret import Digest

AnyRow = Row[*tuple[Any, ...]]
_A: Final = AUTHORITIES.c
_P: Final = PROPOSALS.c


@dataclass(frozen=True, slots=True)
class SqlAuthorities:
    """Implements `CaStore`."""

    db: Database

    def add(self, ca: Ca) -> None:
        """Keep a new one, or raise `CaKnown`; both tables or neither."""
        anchors = [{"fingerprint": _fingerprint(der), "ca": ca.id} for der in ca.anchors]
        try:
            with self.db.unit_of_work()():
                self.db.write(insert(AUTHORITIES).values(id=ca.id, **_values(ca)))
                self.db.write(insert(ANCHORS), anchors)
        except AlreadyStored as cause:
            raise CaKnown(str(ca.id)) from cause

    def find(self, ca: CaId) -> Ca:
        """Return one, or raise `CaUnknown`."""
        row = self.db.read_one(select(AUTHORITIES).where(_A.id == ca))
        if row is None:
            raise CaUnknown(str(ca))
        return _ca(row)

    def change(self, ca: Ca) -> None:
        """Replace version ``ca.version - 1``, or raise `CaChanged`."""
        before = (_A.id == ca.id) & (_A.version == ca.version - 1)
        changed = update(AUTHORITIES).where(before).values(**_values(ca))
        if self.db.write(changed) != 1:
            raise CaChanged(str(ca.id))

    def note_alarm(self, ca: Ca) -> None:
        """Write the mark into this very version, or raise `CaChanged`."""
        held = None if ca.suspension is None else replace(ca.suspension, alarmed=True)
        same = (_A.id == ca.id) & (_A.version == ca.version)
        noted = _values(replace(ca, suspension=held))
        if self.db.write(update(AUTHORITIES).where(same).values(**noted)) != 1:
            raise CaChanged(str(ca.id))

    def all(self) -> tuple[Ca, ...]:
        """Return every authority, in the order of their making."""
        rows = self.db.read(select(AUTHORITIES).order_by(_A.id))
        return tuple(_ca(row) for row in rows)


@dataclass(frozen=True, slots=True)
class SqlEditions:
    """Implements `ListStore`."""

    db: Database

    def add(self, edition: SignedList) -> None:
        """Keep a new edition, or raise `AlreadyStored`."""
        values = {field.name: getattr(edition, field.name) for field in fields(edition)}
        self.db.write(insert(EDITIONS).values(values))

    def last(self) -> SignedList | None:
        """Return the edition with the highest number."""
        newest = select(EDITIONS).order_by(EDITIONS.c.sequence.desc()).limit(1)
        row = self.db.read_one(newest)
        return None if row is None else SignedList(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


@dataclass(frozen=True, slots=True)
class SqlProposals:
    """Implements `kernel.approval.ProposalStore` for authorities."""

    db: Database

    def add(self, proposal: Proposal) -> None:
        """Keep a fresh proposal."""
        values = {field.name: getattr(proposal, field.name) for field in fields(proposal)}
        values["change"] = dict(proposal.change)
        self.db.write(insert(PROPOSALS).values(values))

    def find(self, proposal: ProposalId) -> Proposal:
        """Return one, or raise `ProposalUnknown`."""
        row = self.db.read_one(select(PROPOSALS).where(_P.id == proposal))
        if row is None:
            raise ProposalUnknown(str(proposal))
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


def _values(ca: Ca) -> dict[str, object]:
    return {
        "record": {
            **record_to_json(ca),
            "suspension": suspension_to_json(ca.suspension),
        },
        "state": ca.state.value,
        "since": ca.since,
        "version": ca.version,
    }


def _ca(row: AnyRow) -> Ca:
    read = record_from_json(row.record, CaId(row.id), row.since)
    return replace(
        read,
        state=CaState(row.state),
        version=row.version,
        suspension=suspension_from_json(row.record.get("suspension")),
    )


def _proposal(row: AnyRow) -> Proposal:
    return Proposal(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def _fingerprint(der: bytes) -> Digest:
    return Digest(hashlib.sha256(der).digest())
