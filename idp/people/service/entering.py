"""Carries batches out, some rows a job: each row is a unit of work of its own."""

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
from idp.people.errors import ImportUnknown, LinkTaken, RowSettled
from idp.people.messages import row_from_json
from idp.people.ports import ImportStore
from idp.people.service.authenticators import Authenticators
from idp.people.service.imports import ENTER_JOB, UNDO_JOB
from idp.people.service.organisations import Organisations
from idp.people.service.people import People
from kernel.assurance import Level
from kernel.errors import Conflict, Malformed, Refused
from kernel.identifiers import CreditCode, IdentityNumber
from kernel.ids import PersonId
from kernel.work import JobQueue

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
    jobs: JobQueue

    def enter(self, batch: ImportId) -> None:
        """Make some known whose row was accepted; a row that fails now is rejected.

        What is left is a job of its own: none outlives its lease, and none keeps the
        worker from others. Run again after a crash, or by two at once, it enters nobody
        twice.
        """
        found = self.store.find(batch)
        if found.state is not BatchState.COMMITTING:
            return
        rows = self.store.rows(batch, RowState.ACCEPTED, 0, _CHUNK)
        for row in rows:
            self._enter_one(found, row)
        self._go_on(ENTER_JOB, found, rows, BatchState.COMMITTED)

    def undo(self, batch: ImportId) -> None:
        """Take some back whom the batch made known, but for who has gone further since."""
        found = self.store.find(batch)
        if found.state is not BatchState.UNDOING:
            return
        rows = self.store.rows(batch, RowState.ENTERED, 0, _CHUNK)
        for row in rows:
            self._take_back(found, row)
        self._go_on(UNDO_JOB, found, rows, BatchState.UNDONE)

    def _go_on(
        self, job: str, batch: Batch, rows: tuple[RowKept, ...], end: BatchState
    ) -> None:
        """Leave the rest to a job of its own, or say that there is none."""
        if not rows:
            with self.people.around.work():
                self.store.move(replace(batch, state=end), batch.state)
            return
        key = f"{job}:{batch.id}:{rows[-1].number}"
        self.jobs.enqueue(job, {"batch": str(batch.id)}, run_at=None, key=key)

    def _enter_one(self, batch: Batch, row: RowKept) -> None:
        try:
            content = self.store.content(batch.id, row.key)
            self._entered(batch, row, content)
        except (RowSettled, ImportUnknown):
            return  # Another worker was here.
        except (Conflict, Malformed, Refused) as fault:
            rejected = replace(row, state=RowState.REJECTED, reason=fault.code)
            with self.people.around.work():
                self.store.put_row(batch.id, rejected, content)

    def _entered(self, batch: Batch, row: RowKept, content: bytes) -> None:
        said = row_from_json(orjson.loads(content))
        with self.people.around.work():
            mine = replace(row, state=RowState.ENTERED)
            self.store.settle_row(batch.id, mine, RowState.ACCEPTED)
            person = self._known(said, batch)
            self.store.set_row(batch.id, replace(mine, person=person))

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
        stays = row.person is None or self._went_further(row.person, batch)
        state = RowState.KEPT if stays else RowState.TAKEN_BACK
        try:
            with self.people.around.work():
                settled = replace(row, state=state)
                self.store.settle_row(batch.id, settled, RowState.ENTERED)
                if row.person is not None and not stays:
                    self._let_go(row.person, batch)
        except RowSettled:
            return  # Another worker was here.

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

    def _now(self) -> datetime:
        return self.people.around.clock()
