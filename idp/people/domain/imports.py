"""A user base that comes in whole: the batch, its rows, and what becomes of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from idp.people.domain.people import MandateRole, PersonKind
from kernel.assurance import Level
from kernel.ids import EntityId, PersonId
from kernel.secret import Digest, Secret

ImportId = NewType("ImportId", UUID)


class BatchState(StrEnum):
    """Where a batch is: rows come in, a second person commits, somebody takes it back."""

    OPEN = "open"
    COMMITTING = "committing"
    COMMITTED = "committed"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


class RowState(StrEnum):
    """What became of one row.

    ``KEPT`` means that a batch was taken back and this person was not: they have proofed
    themselves, or enrolled something, since.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ENTERED = "entered"
    TAKEN_BACK = "taken_back"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One user base on its way in.

    Attributes:
        source: where the rows come from, for the record.
        basis: the legal basis of taking them over.
        proofing: how these people were proofed; without it nobody comes in above level 1.
        ceiling: the highest level that a row may state, 3 at most.
    """

    id: ImportId
    source: str
    basis: str
    proofing: str
    ceiling: Level
    state: BatchState
    opened_by: PersonId
    opened_at: datetime
    committed_by: PersonId | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyOfRow:
    """For whom somebody acts, by the 统一社会信用代码."""

    name: str
    uscc: str
    role: MandateRole = MandateRole.AGENT
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOfRow:
    """How somebody will come back: the issuer who knows them, and as whom."""

    issuer: EntityId
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person as the source has them.

    Attributes:
        key: the source's own name of the row, unique in the batch: a repaired row comes
            again under it.
        password_hash: encoded by Argon2id (RFC 9106) at the source, if people keep it.
    """

    key: str
    name: str = field(repr=False)
    kind: PersonKind = PersonKind.NATURAL
    level: Level = Level.SELF_ASSERTED
    id_number: str | None = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)
    password_hash: Secret | None = None
    link: LinkOfRow | None = field(default=None, repr=False)
    companies: tuple[CompanyOfRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKept:
    """What is kept of one row; the row itself is sealed, and gone once it is entered.

    Attributes:
        number: its place in the batch, counted from 1.
        reason: code and field of what is wrong with a rejected row.
        digest: SHA-256 of the row as it came.
        person: whom it made known.
    """

    key: str
    number: int
    state: RowState
    digest: Digest
    reason: str = ""
    person: PersonId | None = None


def batch_digest(batch: Batch, rows: Iterable[RowKept]) -> Digest:
    """Return what a second person commits to: the batch, and exactly these rows.

    ``rows`` are the accepted ones in the order of their numbers.
    """
    said = hashlib.sha256()
    for text in (str(batch.id), batch.source, batch.basis, batch.proofing):
        said.update(len(text.encode()).to_bytes(4) + text.encode())
    said.update(batch.ceiling.value.to_bytes(1))
    for row in rows:
        said.update(row.digest)
    return Digest(said.digest())
