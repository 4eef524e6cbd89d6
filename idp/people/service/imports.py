"""A user base comes in whole: rows are looked at, two persons commit, it can go back."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from idp.people import events
from idp.people.checks.imports import row_is_acceptable
from idp.people.domain import (
    Batch,
    BatchState,
    ImportId,
    PersonRow,
    RowKept,
    RowState,
    Username,
    batch_digest,
)
from idp.people.errors import (
    ImportEmpty,
    ImportMalformed,
    ImportNotOpen,
    LinkTaken,
    NumberTaken,
    UsernameTaken,
)
from idp.people.messages import row_from_json, row_to_json
from idp.people.ports import ImportStore
from idp.people.service.people import People
from kernel.approval import ChangeDiffers, SamePerson
from kernel.assurance import Level
from kernel.errors import DomainError
from kernel.identifiers import IdentityNumber
from kernel.ids import PersonId
from kernel.secret import Digest
from kernel.work import JobQueue

ENTER_JOB: Final = "people.enter_import"
UNDO_JOB: Final = "people.undo_import"
ROWS_AT_ONCE: Final = 500
_TEXT_LIMIT: Final = 500
_PAGE: Final = 500
_KEY_LIMIT: Final = 128
_HIGHEST: Final = Level(3)
"""Level 4 is a proofing at a window, one person at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """Batches: opened by one person, committed by another, carried out by the worker."""

    store: ImportStore
    people: People
    jobs: JobQueue

    def open(
        self, source: str, *, basis: str, proofing: str, ceiling: Level, actor: PersonId
    ) -> Batch:
        """Begin a batch.

        Raises:
            ImportMalformed: a text is missing or too long, or the ceiling is above 3.
        """
        around = self.people.around
        batch = Batch(
            id=ImportId(around.ids()),
            source=_text(source, "source"),
            basis=_text(basis, "basis"),
            proofing=_text(proofing, "proofing")
            if ceiling > Level(1)
            else proofing.strip(),
            ceiling=ceiling,
            state=BatchState.OPEN,
            opened_by=actor,
            opened_at=around.clock(),
        )
        if ceiling > _HIGHEST:
            raise ImportMalformed("ceiling")
        with around.work():
            self.store.add(batch)
            pseudonym = self.people.pseudonym(actor)
            around.trail.record(events.ImportOpened(actor=pseudonym, batch=str(batch.id)))
        return batch

    def find(self, batch: ImportId) -> Batch:
        """Return one, or raise `ImportUnknown`."""
        return self.store.find(batch)

    def standing(self, batch: Batch) -> tuple[Mapping[RowState, int], Digest]:
        """Return how many rows are where, and the digest of the accepted ones."""
        return self.store.counts(batch.id), batch_digest(batch, self._accepted(batch.id))

    def rows(
        self, batch: ImportId, state: RowState | None, after: int, limit: int
    ) -> tuple[RowKept, ...]:
        """Return rows after a number; rejected ones are the queue that waits for repair."""
        return self.store.rows(self.store.find(batch).id, state, after, limit)

    def feed(
        self, batch: ImportId, rows: Sequence[Mapping[str, object]]
    ) -> tuple[RowKept, ...]:
        """Look at rows and keep them with what is wrong; nobody is made known.

        A row that comes again under its key replaces the one before: so it is repaired.

        Raises:
            ImportNotOpen: the batch is committed or gone.
            ImportMalformed: more than 500 rows at once.
        """
        found = self._open(batch)
        if len(rows) > ROWS_AT_ONCE:
            raise ImportMalformed("rows")
        with self.people.around.work():
            # Open still, and nobody commits it before these rows are there.
            self.store.move(found, BatchState.OPEN)
            number = self.store.next_number(batch)
            return tuple(self._kept(found, row, number + at) for at, row in enumerate(rows))

    def commit(self, batch: ImportId, digest: Digest, *, actor: PersonId) -> Batch:
        """Have the worker enter exactly the accepted rows that ``digest`` is over.

        Raises:
            SamePerson: whoever opened the batch does not commit it.
            ChangeDiffers: the rows are others than the second person saw.
            ImportNotOpen, ImportEmpty: as they say.
        """
        found = self._open(batch)
        if actor == found.opened_by:
            raise SamePerson(str(batch))
        return self._move(found, BatchState.COMMITTING, actor, ENTER_JOB, digest)

    def undo(self, batch: ImportId, *, reason: str, actor: PersonId) -> Batch:
        """Have the worker take back whom the batch made known, and nobody else.

        Raises:
            ImportNotOpen: it was not committed, or is taken back already.
        """
        found = replace(self.store.find(batch), reason=_text(reason, "reason"))
        if found.state is not BatchState.COMMITTED:
            raise ImportNotOpen(found.state.value)
        return self._move(found, BatchState.UNDOING, actor, UNDO_JOB, None)

    def discard(self, batch: ImportId, *, reason: str) -> Batch:
        """Let an open batch go."""
        found = self._open(batch)
        gone = replace(found, state=BatchState.DISCARDED, reason=_text(reason, "reason"))
        with self.people.around.work():
            self.store.move(gone, BatchState.OPEN)
            for row in _pages(self.store, batch, None):
                self.store.set_row(batch, row)
        return gone

    def _kept(self, batch: Batch, said: Mapping[str, object], number: int) -> RowKept:
        content = row_to_json(said)
        key = str(said.get("key", ""))[:_KEY_LIMIT] or f"row-{number}"
        before = self.store.row(batch.id, key)
        reason = self._fault(batch, said)
        row = RowKept(
            key=key,
            number=number if before is None else before.number,
            state=RowState.REJECTED if reason else RowState.ACCEPTED,
            digest=Digest(hashlib.sha256(content).digest()),
            reason=reason,
        )
        self.store.put_row(batch.id, row, content)
        return row

    def _fault(self, batch: Batch, said: Mapping[str, object]) -> str:
        """Return code and place of what is wrong with a row, "" if nothing is."""
        try:
            row = row_from_json(said)
            row_is_acceptable(row, batch, self.people.around.clock())
            self._is_free(row)
        except DomainError as fault:
            return f"{fault.code} {fault.detail}".strip()[:200]
        except ValueError:
            return "body_malformed body.level"
        return ""

    def _is_free(self, row: PersonRow) -> None:
        """Ours: nobody is taken over: username, number and link are not known here."""
        people = self.people
        if row.username and people.by_username(Username.parse(row.username)) is not None:
            raise UsernameTaken
        if row.id_number and people.by_id_number(self._number(row.id_number)) is not None:
            raise NumberTaken
        if row.link and people.by_link(row.link.issuer, row.link.subject) is not None:
            raise LinkTaken

    def _number(self, raw: str) -> str:
        today = self.people.around.clock().date()
        return IdentityNumber.parse(raw, today=today).value

    def _open(self, batch: ImportId) -> Batch:
        found = self.store.find(batch)
        if found.state is not BatchState.OPEN:
            raise ImportNotOpen(found.state.value)
        return found

    def _accepted(self, batch: ImportId) -> Iterator[RowKept]:
        return _pages(self.store, batch, RowState.ACCEPTED)

    def _is_what_was_seen(self, batch: Batch, digest: Digest) -> None:
        """Asked once the batch is closed: no row comes between this look and the commit."""
        counts, current = self.standing(batch)
        if not counts.get(RowState.ACCEPTED):
            raise ImportEmpty(str(batch.id))
        if current != digest:
            raise ChangeDiffers(str(batch.id))

    def _move(
        self,
        batch: Batch,
        target: BatchState,
        actor: PersonId,
        job: str,
        digest: Digest | None,
    ) -> Batch:
        around, source = self.people.around, batch.state
        pseudonym = self.people.pseudonym(actor)
        moved = replace(batch, state=target)
        if digest is not None:
            moved = replace(moved, committed_by=actor)
        with around.work():
            self.store.move(moved, source)
            if digest is not None:
                self._is_what_was_seen(batch, digest)
            around.trail.record(
                events.ImportUndone(actor=pseudonym, batch=str(batch.id))
                if digest is None
                else events.ImportCommitted(
                    actor=pseudonym,
                    batch=str(batch.id),
                    digest=digest.hex(),
                    count=self.store.counts(batch.id).get(RowState.ACCEPTED, 0),
                )
            )
            self.jobs.enqueue(
                job, {"batch": str(batch.id)}, run_at=None, key=f"{job}:{batch.id}"
            )
        return moved


def _pages(
    store: ImportStore, batch: ImportId, state: RowState | None
) -> Iterator[RowKept]:
    after = 0
    while rows := store.rows(batch, state, after, _PAGE):
        yield from rows
        after = rows[-1].number


def _text(value: str, name: str) -> str:
    text = value.strip()
    if not 0 < len(text) <= _TEXT_LIMIT or not text.isprintable():
        raise ImportMalformed(name)
    return text
