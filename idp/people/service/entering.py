"""Carries batches out: each row is a unit of work, so a crash repeats none."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import orjson

from idp.people import events
from idp.people.domain import (
    AuthenticatorKind,
    Batch,
    BatchState,
    CompanyOfRow,
    ImportId,
    PersonRow,
    RowKept,
    RowState,
    UpstreamLink,
    Username,
)
from idp.people.errors import LinkTaken
from idp.people.messages import row_from_json
from idp.people.ports import ImportStore
from idp.people.service.authenticators import Authenticators
from idp.people.service.organisations import Organisations
from idp.people.service.people import People
from kernel.assurance import Level
from kernel.errors import Conflict, Malformed, Refused
from kernel.identifiers import CreditCode, IdentityNumber
from kernel.ids import PersonId

_CHUNK: Final = 200
_PASSWORD_CARRIES: Final = Level(2)
"""A password is A1 whatever the source says: it counts up to level 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """What the worker does about batches."""

    store: ImportStore
    people: People
    means: Authenticators
    organisations: Organisations

    def enter(self, batch: ImportId) -> None:
        """Make everybody known whose row was accepted; a row that fails now is rejected.

        Run again after a crash it goes on where it stopped.
        """
        found = self.store.find(batch)
        if found.state is not BatchState.COMMITTING:
            return
        while rows := self.store.rows(batch, RowState.ACCEPTED, 0, _CHUNK):
            for row in rows:
                self._enter_one(found, row)
        self._finish(found, BatchState.COMMITTED)

    def undo(self, batch: ImportId) -> None:
        """Take back whom the batch made known, but for who has gone further since."""
        found = self.store.find(batch)
        if found.state is not BatchState.UNDOING:
            return
        while rows := self.store.rows(batch, RowState.ENTERED, 0, _CHUNK):
            for row in rows:
                self._take_back(found, row)
        self._finish(found, BatchState.UNDONE)

    def _enter_one(self, batch: Batch, row: RowKept) -> None:
        said = row_from_json(orjson.loads(self.store.content(batch.id, row.key)))
        try:
            with self.people.around.work():
                person = self._known(said, batch)
                entered = replace(row, state=RowState.ENTERED, person=person)
                self.store.set_row(batch.id, entered)
        except (Conflict, Malformed, Refused) as fault:
            rejected = replace(row, state=RowState.REJECTED, reason=fault.code)
            with self.people.around.work():
                content = self.store.content(batch.id, row.key)
                self.store.put_row(batch.id, rejected, content)

    def _known(self, said: PersonRow, batch: Batch) -> PersonId:
        actor = batch.committed_by
        username = Username.parse(said.username) if said.username else None
        person = self.people.create(
            said.name, kind=said.kind, username=username, origin="import", actor=actor
        ).id
        if said.link is not None:
            self._link(said, person)
        if said.id_number is not None:
            self._proofed(said, person)
        if said.password_hash is not None:
            bound = min(said.level, _PASSWORD_CARRIES)
            self.means.set_hash(person, said.password_hash, bound)
        for company in said.companies:
            self._mandate(person, company, actor)
        return person

    def _proofed(self, said: PersonRow, person: PersonId) -> None:
        today = self.people.around.clock().date()
        number = IdentityNumber.parse(said.id_number or "", today=today).value
        self.people.prove(
            person, said.level, name=said.name, number=number, source="import"
        )

    def _link(self, said: PersonRow, person: PersonId) -> None:
        """Ours: (issuer, subject) means one person; who is known already is not joined."""
        if said.link is None:
            return
        if self.people.by_link(said.link.issuer, said.link.subject) is not None:
            raise LinkTaken
        self.people.links.add(
            UpstreamLink(
                issuer=said.link.issuer,
                subject=said.link.subject,
                person=person,
                linked_at=self._now(),
            )
        )
        pseudonym = self.people.pseudonym(person)
        made = events.LinkMade(subject=pseudonym, provider=said.link.issuer)
        self.people.around.trail.record(made)

    def _mandate(
        self, person: PersonId, company: CompanyOfRow, actor: PersonId | None
    ) -> None:
        number = CreditCode.parse(company.uscc).value
        known = self.organisations.by_uscc(number)
        entered = known or self.organisations.create(company.name, number, actor=actor)
        self.organisations.give_mandate(
            person, entered.id, company.role, until=company.until, actor=actor
        )

    def _take_back(self, batch: Batch, row: RowKept) -> None:
        if row.person is None or self._went_further(row.person, batch):
            self.store.set_row(batch.id, replace(row, state=RowState.KEPT))
            return
        with self.people.around.work():
            self._let_go(row.person, batch)
            self.store.set_row(batch.id, replace(row, state=RowState.TAKEN_BACK))

    def _went_further(self, person: PersonId, batch: Batch) -> bool:
        """Tell whether somebody has become more since than the batch made of them.

        They enrolled or linked something, were proofed above it, or serve here.
        """
        means, known = self.means.of(person), self.people.find(person)
        own = any(one.kind is not AuthenticatorKind.PASSWORD for one in means)
        linked = len(self.people.links_of(person)) > 1
        return own or linked or bool(known.roles) or known.identity > batch.ceiling

    def _let_go(self, person: PersonId, batch: Batch) -> None:
        people = self.people
        for mandate in people.mandates(person):
            self.organisations.revoke_mandate(mandate.id, actor=batch.committed_by)
        for means in self.means.of(person):
            self.means.remove(person, means.id)
        people.links.let_go(person)
        people.store.let_go(person)
        people.disable(person, reason=f"import {batch.id} undone", actor=None)
        gone = events.PersonTakenBack(subject=people.pseudonym(person), batch=str(batch.id))
        people.around.trail.record(gone)

    def _finish(self, batch: Batch, state: BatchState) -> None:
        with self.people.around.work():
            self.store.move(replace(batch, state=state), batch.state)

    def _now(self) -> datetime:
        return self.people.around.clock()
