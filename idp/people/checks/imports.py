"""What a row of a user base must be before anybody commits to it."""

import re
from datetime import datetime
from typing import Final

from idp.people.domain import (
    Batch,
    PersonKind,
    PersonRow,
    Username,
    checked_name,
)
from idp.people.errors import (
    CompaniesTooMany,
    CompanyMissing,
    HashNotAccepted,
    LevelNotProofed,
    MandateEnded,
    NoWayIn,
    RowKeyMalformed,
)
from kernel.assurance import Level
from kernel.identifiers import CreditCode, IdentityNumber

_KEY: Final = re.compile(r"[!-~]{1,128}", re.ASCII)
_SUBJECT_LIMIT: Final = 255
_ISSUER: Final = re.compile(r"https?://[!-~]{1,500}", re.ASCII)
_COMPANIES_LIMIT: Final = 50
_ARGON2ID: Final = re.compile(
    r"\$argon2id\$v=19\$m=(\d{4,6}),t=(\d{1,2}),p=(\d)\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}",
    re.ASCII,
)
_MEMORY_KIB: Final = range(19_456, 131_073)
_PASSES: Final = range(1, 11)


def row_is_named(row: PersonRow) -> None:
    """Ours: the source's name of a row is 1 to 128 printable ASCII signs."""
    if not _KEY.fullmatch(row.key):
        raise RowKeyMalformed


def person_can_come_back(row: PersonRow) -> None:
    """Ours: somebody is known by a username here, or by (issuer, subject) elsewhere."""
    if row.username is None and row.link is None:
        raise NoWayIn
    if row.username is not None:
        Username.parse(row.username)
    if row.link is None:
        return
    if not 0 < len(row.link.subject) <= _SUBJECT_LIMIT:
        raise NoWayIn("link.subject")
    if not _ISSUER.fullmatch(row.link.issuer):
        raise NoWayIn("link.issuer")


def level_was_proofed(row: PersonRow, batch: Batch, now: datetime) -> None:
    """GB/T 40651 as modelled here: level 2 and above stand on a number and a proofing.

    Raises:
        LevelNotProofed: the row states more than the batch was proofed for.
        IdentifierRefused: GB 11643: the number is none.
    """
    checked_name(row.name)
    if row.level > batch.ceiling:
        raise LevelNotProofed("level")
    if row.level > Level.SELF_ASSERTED and row.id_number is None:
        raise LevelNotProofed("id_number")
    if row.id_number is not None:
        IdentityNumber.parse(row.id_number, today=now.date())


def companies_are_named(row: PersonRow, now: datetime) -> None:
    """GB 32100-2015: every company by a valid number; who acts for one names it.

    Raises:
        CompanyMissing, CompaniesTooMany, MandateEnded, IdentifierRefused, NameMalformed:
            as they say.
    """
    if row.kind is PersonKind.LEGAL_AGENT and not row.companies:
        raise CompanyMissing
    if len(row.companies) > _COMPANIES_LIMIT:
        raise CompaniesTooMany
    for company in row.companies:
        CreditCode.parse(company.uscc)
        checked_name(company.name)
        if company.until is not None and company.until <= now:
            raise MandateEnded


def hash_is_argon2id(row: PersonRow) -> None:
    """RFC 9106, OWASP Password Storage: Argon2id, at least as hard as ours, bounded."""
    if row.password_hash is None:
        return
    form = _ARGON2ID.fullmatch(row.password_hash.reveal())
    if form is None or row.username is None:
        raise HashNotAccepted
    memory, passes, lanes = (int(group) for group in form.groups())
    if memory not in _MEMORY_KIB or passes not in _PASSES or not lanes:
        raise HashNotAccepted


def row_is_acceptable(row: PersonRow, batch: Batch, now: datetime) -> None:
    """Apply every rule about one row."""
    row_is_named(row)
    person_can_come_back(row)
    level_was_proofed(row, batch, now)
    companies_are_named(row, now)
    hash_is_argon2id(row)
