"""Consent as values: what is shown, what was answered, what is kept as a receipt."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self
from uuid import UUID

from idp.clients.domain import (
    NOTHING_SHOWN,
    OFFLINE,
    Basis,
    ClaimAsked,
    Client,
    LocalText,
    PagesShown,
)
from kernel.assurance import Level
from kernel.ids import ClientId, InteractionId, PersonId, Reference
from kernel.secret import Digest

ReceiptId = NewType("ReceiptId", UUID)


class Answer(StrEnum):
    """What the person said to one interaction's notice."""

    AGREED = "agreed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a person is shown before a release.

    Attributes:
        agreed_on: attributes that need the person's consent.
        statutory: attributes that a statute lets the recipient have; told, not asked.
        level: what the client asks for, as the sign-in page said before; whoever signed in
            may have reached more.
        is_offline: the client would go on while the person is away, which needs their
            consent too (OIDC Core §11).
        pages: the client's picture, and where its policy and terms are.
    """

    client: ClientId
    client_name: LocalText
    recipient: LocalText
    purpose: LocalText
    retention: LocalText
    level: Level
    agreed_on: tuple[str, ...] = ()
    statutory: tuple[str, ...] = ()
    is_offline: bool = False
    pages: PagesShown = NOTHING_SHOWN

    @classmethod
    def of(cls, client: Client, pages: PagesShown, level: Level) -> Self:
        """Return what a client's record says of it, with nothing asked or told yet."""
        return cls(
            client=client.id,
            client_name=LocalText(client.name_zh, client.name_en),
            pages=pages,
            recipient=client.recipient,
            purpose=client.purpose,
            retention=client.retention,
            level=level,
        )

    @property
    def asks(self) -> bool:
        """Whether the person can say no; else the page only tells."""
        return bool(self.consented)

    @property
    def consented(self) -> tuple[str, ...]:
        """All that a yes is to, by name: attributes, and offline access."""
        return (*self.agreed_on, OFFLINE) if self.is_offline else self.agreed_on

    @property
    def attributes(self) -> tuple[str, ...]:
        """Everything that would be released."""
        return (*self.agreed_on, *self.statutory)

    def digest(self) -> Digest:
        """Return SHA-256 over all that was shown: an answer is to this and nothing else."""
        texts = (self.client_name, self.recipient, self.purpose, self.retention)
        shown = [
            self.client,
            *[[text.zh, text.en] for text in texts],
            self.level.value,
            list(self.consented),
            list(self.statutory),
            *self._pages_shown(),
        ]
        exact = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
        return Digest(hashlib.sha256(exact.encode()).digest())

    def _pages_shown(self) -> list[object]:
        picture, pages = self.pages.picture, (self.pages.policy, self.pages.terms)
        said = [None if page is None else [page.zh, page.en] for page in pages]
        return [None if picture is None else picture.hex(), *said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What somebody agreed to or was told of, as it read then (ISO/IEC TS 27560).

    ``level`` is how well they were known when they said so.
    """

    id: ReceiptId
    person: PersonId
    client: ClientId
    basis: Basis
    attributes: tuple[str, ...]
    client_name: LocalText
    recipient: LocalText
    purpose: LocalText
    retention: LocalText
    level: Level
    given_at: datetime
    interaction: InteractionId
    reference: Reference | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Attributes of somebody were released, by name; the log has it under ``reference``."""

    person: PersonId
    client: ClientId
    client_name: LocalText
    attributes: tuple[str, ...]
    level: Level
    released_at: datetime
    interaction: InteractionId
    reference: Reference | None = None


def as_told_now(receipts: Iterable[Receipt], client: Client) -> tuple[Receipt, ...]:
    """Return the receipts for what the client's record still says.

    个人信息保护法 §14, §17, §23: another recipient, purpose or way of keeping is agreed to
    anew, and told anew where a statute is the basis.
    """
    now = (client.recipient, client.purpose, client.retention)
    return tuple(r for r in receipts if (r.recipient, r.purpose, r.retention) == now)


def uncovered(
    claims: Iterable[ClaimAsked], receipts: Iterable[Receipt], basis: Basis
) -> tuple[str, ...]:
    """Return the claims of one basis that no live receipt of that basis names, in order."""
    known = {
        name
        for receipt in receipts
        if receipt.basis is basis and receipt.withdrawn_at is None
        for name in receipt.attributes
    }
    return tuple(c.name for c in claims if c.basis is basis and c.name not in known)


def stands_since(name: str, receipts: Iterable[Receipt], instant: datetime) -> bool:
    """Tell whether something is agreed to, and was not taken back at or after ``instant``.

    What is agreed to anew covers what comes of that, and nothing of before.
    """
    named = [each for each in receipts if name in each.attributes]
    ends = [each.withdrawn_at for each in named if each.basis is Basis.CONSENT]
    return None in ends and all(end is None or end < instant for end in ends)
