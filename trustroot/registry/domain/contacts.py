"""Contacts of members, how they are proven, and what they are told."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from kernel.secret import Digest, Secret

CODE_LIFETIME: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
CODE_DIGITS: Final = 6
CODE_ASKS: Final = 10
ASK_AGAIN_AFTER: Final = timedelta(minutes=1)
_MAIL: Final = re.compile(r"(?:mailto:)?([!-?A-~]{1,64}@[A-Za-z0-9.-]{1,255})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenContact:
    """An address at which somebody received a code and told it to us."""

    address: str
    proven_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCode:
    """A code on its way to an address; one at a time for a draft.

    Attributes:
        draft: id of the member, or of the application page's own draft.
        digest: keyed digest of the code.
        asks: how many codes were sent for this draft.
        tries: how often this one was told wrong.
    """

    draft: UUID
    address: str
    digest: Digest
    asked_at: datetime
    expires_at: datetime
    asks: int = 1
    tries: int = 0
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberNotice:
    """What a contact of a member is told, Chinese first, then English.

    Attributes:
        to: a mail address.
        template: which notice this is.
        reference: what caused it; a carrier may use it to drop repetitions.
    """

    to: str = field(repr=False)
    template: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestClient:
    """An applicant's client in the sandbox; the secret is told once."""

    client_id: str
    client_secret: Secret


def mail_address(contact: str) -> str | None:
    """Return the mail address of a contact, with or without ``mailto:``, or None."""
    found = _MAIL.fullmatch(contact)
    return None if found is None else found[1]
