"""Wire formats: checks over the API, window records, and lines of the format check."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.approval import Proposal
from kernel.assurance import Level
from kernel.events import JsonValue
from kernel.identifiers import CreditCode, IdentityNumber
from kernel.ids import PersonId
from kernel.secret import Digest, Secret
from kernel.web import read_body, write_body
from realname.domain import (
    Answer,
    Basis,
    Document,
    EnrolledMeans,
    MandateRole,
    PersonKind,
    Represented,
    Verification,
    WindowRecord,
    answer,
)
from realname.errors import WindowRecordMalformed


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationAsked:
    """What another platform asks: do this name and this number belong together."""

    name: str
    number: str
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What it is told: one neutral answer, and a receipt without personal data."""

    receipt: UUID
    answer: Answer
    basis: Basis
    source: str
    at: datetime


def receipt_of(verification: Verification) -> Receipt:
    """Return the receipt of a check."""
    return Receipt(
        receipt=verification.id,
        answer=answer(verification.outcome),
        basis=verification.basis,
        source=verification.source,
        at=verification.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationBody:
    """The organisation a company's agent acts for."""

    name: str
    uscc: str
    role: MandateRole = MandateRole.AGENT
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecordBody:
    """What an operator enters: who was proofed, how, and with what they will sign in.

    ``person`` or ``username``: somebody known, or somebody new. ``certificate_sha256`` is
    64 hex digits over the public key (SPKI, DER); ``totp_seed`` is base32.
    """

    person: UUID | None = None
    username: str | None = None
    name: str
    number: str
    level: Level
    kind: PersonKind = PersonKind.NATURAL
    document: Document
    office: str
    organisation: OrganisationBody | None = None
    password: str | None = None
    totp_seed: str | None = None
    certificate_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSeen:
    """The digest of the change that the approver saw, 64 hex digits."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecordShown:
    """A record that waits for its second person, or was carried out.

    ``name`` and ``number`` are there while it waits, so that the second person sees what
    is approved; they are never shown again.
    """

    id: UUID
    digest: str
    state: str
    person: UUID | None
    level: Level
    kind: PersonKind
    document: Document
    office: str
    means: tuple[str, ...]
    proposer: UUID
    proposed_at: datetime
    approver: UUID | None
    name: str | None
    number: str | None
    username: str | None
    uscc: str | None


def record_of(
    body: WindowRecordBody, password_hash: Secret | None, today: date
) -> WindowRecord:
    """Return the record a body describes.

    Raises:
        IdentifierRefused, WindowRecordMalformed: the member that is wrong.
    """
    return WindowRecord(
        person=None if body.person is None else PersonId(body.person),
        username=body.username,
        name=body.name.strip(),
        number=IdentityNumber.parse(body.number, today=today),
        level=body.level,
        kind=body.kind,
        document=body.document,
        office=body.office,
        organisation=_represented(body.organisation),
        means=EnrolledMeans(
            password_hash=password_hash,
            totp_seed=_secret(body.totp_seed),
            certificate_key=_key(body.certificate_sha256),
        ),
    )


def change_of(record: WindowRecord, content: str) -> dict[str, JsonValue]:
    """Return what a proposal says: nothing personal, and a keyed digest of the rest."""
    return {
        "level": record.level.value,
        "kind": record.kind.value,
        "document": record.document.value,
        "office": record.office,
        "means": list(means_named(record.means)),
        "content": content,
    }


def means_named(means: EnrolledMeans) -> tuple[str, ...]:
    """Return the kinds of means that are enrolled."""
    named = {
        "password": means.password_hash,
        "totp": means.totp_seed,
        "certificate": means.certificate_key,
    }
    return tuple(name for name, value in named.items() if value is not None)


def shown(
    proposal: Proposal, record: WindowRecord | None, person: PersonId | None
) -> WindowRecordShown:
    """Return what an operator sees of a record; ``record`` None: it was erased."""
    change, uscc = proposal.change, None
    if record is not None and record.organisation is not None:
        uscc = record.organisation.uscc
    return WindowRecordShown(
        id=proposal.id,
        digest=proposal.digest.hex(),
        state="waiting" if proposal.approver is None else "approved",
        person=person,
        level=Level(_whole(change["level"])),
        kind=PersonKind(str(change["kind"])),
        document=Document(str(change["document"])),
        office=str(change["office"]),
        means=tuple(_texts(change["means"])),
        proposer=proposal.proposer,
        proposed_at=proposal.proposed_at,
        approver=proposal.approver,
        name=None if record is None else record.name,
        number=None if record is None else record.number.value,
        username=None if record is None else record.username,
        uscc=uscc,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """A record as it is sealed."""

    person: UUID | None
    username: str | None
    name: str
    number: str
    level: Level
    kind: PersonKind
    document: Document
    office: str
    organisation: OrganisationBody | None
    password_hash: str | None
    totp_seed: str | None
    certificate_key: str | None


def content_of(record: WindowRecord) -> bytes:
    """Return the record in one spelling, to be sealed and named."""
    means, held = record.means, record.organisation
    said = _Content(
        person=record.person,
        username=record.username,
        name=record.name,
        number=record.number.value,
        level=record.level,
        kind=record.kind,
        document=record.document,
        office=record.office,
        organisation=None if held is None else _organisation(held),
        password_hash=_revealed(means.password_hash),
        totp_seed=_revealed(means.totp_seed),
        certificate_key=means.certificate_key.hex() if means.certificate_key else None,
    )
    return json.dumps(write_body(said), sort_keys=True, ensure_ascii=False).encode()


def record_from(content: bytes, today: date) -> WindowRecord:
    """Read what `content_of` wrote."""
    said = read_body(_Content, content)
    return WindowRecord(
        person=None if said.person is None else PersonId(said.person),
        username=said.username,
        name=said.name,
        number=IdentityNumber.parse(said.number, today=today),
        level=said.level,
        kind=said.kind,
        document=said.document,
        office=said.office,
        organisation=_represented(said.organisation),
        means=EnrolledMeans(
            password_hash=_secret(said.password_hash),
            totp_seed=_secret(said.totp_seed),
            certificate_key=_key(said.certificate_key),
        ),
    )


def _organisation(held: Represented) -> OrganisationBody:
    return OrganisationBody(
        name=held.name, uscc=held.uscc, role=held.role, until=held.until
    )


def _represented(body: OrganisationBody | None) -> Represented | None:
    if body is None:
        return None
    uscc = CreditCode.parse(body.uscc).value
    return Represented(name=body.name, uscc=uscc, role=body.role, until=body.until)


def _secret(text: str | None) -> Secret | None:
    return Secret(text) if text else None


def _revealed(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()


def _key(text: str | None) -> Digest | None:
    try:
        return Digest(bytes.fromhex(text)) if text else None
    except ValueError as cause:
        raise WindowRecordMalformed("certificate_sha256") from cause


def _whole(value: JsonValue) -> int:
    if not isinstance(value, int):
        raise TypeError(type(value).__name__)
    return value


def _texts(value: JsonValue) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    return [str(member) for member in value]
