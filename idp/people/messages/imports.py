"""Rows of a user base on the wire, and how a batch stands. Rows are personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from idp.people.domain import imports as d
from idp.people.domain.people import MandateRole, PersonKind
from kernel.assurance import Level
from kernel.ids import EntityId
from kernel.secret import Secret
from kernel.web import read_body


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchBody:
    """A user base that shall come in; ``ceiling`` is the highest level a row may state."""

    source: str
    basis: str
    proofing: str = ""
    ceiling: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsBody:
    """Some rows, in the order of the source."""

    rows: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReply:
    """What became of one row; ``reason`` names code and field, never a value."""

    key: str
    number: int
    state: str
    reason: str
    person: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsReply:
    """What became of the rows just sent."""

    rows: tuple[RowReply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsPage:
    """Some rows of a batch; ``next`` is sent back as ``after``."""

    rows: tuple[RowReply, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitBody:
    """The digest of exactly the rows that the second person saw, 64 hex digits."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReply:
    """A batch, how many rows are where, and the digest that is committed to."""

    id: UUID
    source: str
    basis: str
    proofing: str
    ceiling: int
    state: str
    opened_by: UUID
    opened_at: datetime
    committed_by: UUID | None
    rows: Mapping[str, int]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Company:
    name: str
    uscc: str
    role: MandateRole = MandateRole.AGENT
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    key: str
    name: str
    kind: PersonKind = PersonKind.NATURAL
    level: int = 1
    id_number: str | None = None
    username: str | None = None
    password_hash: str | None = None
    link: _Link | None = None
    companies: tuple[_Company, ...] = ()


def row_from_json(value: object) -> d.PersonRow:
    """Read one row.

    Raises:
        BodyMalformed: it names the member that is wrong, never its value.
        ValueError: the level is none.
    """
    said = read_body(_Row, orjson.dumps(value))
    return d.PersonRow(
        key=said.key,
        name=said.name,
        kind=said.kind,
        level=Level(said.level),
        id_number=said.id_number,
        username=said.username,
        password_hash=Secret(said.password_hash) if said.password_hash else None,
        link=d.LinkOfRow(issuer=EntityId(said.link.issuer), subject=said.link.subject)
        if said.link
        else None,
        companies=tuple(
            d.CompanyOfRow(name=c.name, uscc=c.uscc, role=c.role, until=c.until)
            for c in said.companies
        ),
    )


def row_to_json(row: Mapping[str, object]) -> bytes:
    """Lay a row out as it is sealed: equal rows give equal bytes."""
    return orjson.dumps(dict(row), option=orjson.OPT_SORT_KEYS)


def row_reply(row: d.RowKept) -> RowReply:
    """Lay out what became of a row."""
    return RowReply(
        key=row.key,
        number=row.number,
        state=row.state.value,
        reason=row.reason,
        person=row.person,
    )


def batch_reply(
    batch: d.Batch, counts: Mapping[d.RowState, int], digest: bytes
) -> BatchReply:
    """Lay a batch out."""
    return BatchReply(
        id=batch.id,
        source=batch.source,
        basis=batch.basis,
        proofing=batch.proofing,
        ceiling=batch.ceiling.value,
        state=batch.state.value,
        opened_by=batch.opened_by,
        opened_at=batch.opened_at,
        committed_by=batch.committed_by,
        rows={state.value: counts.get(state, 0) for state in d.RowState},
        digest=digest.hex(),
    )
