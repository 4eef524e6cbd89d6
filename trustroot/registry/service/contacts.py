"""Proving contacts: six digits go to an address, and come back within ten minutes."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from kernel.entropy import Entropy
from kernel.events import JsonValue
from kernel.ids import MemberId
from kernel.proof.seal import Place, Sealer
from kernel.secret import Digest, Secret
from kernel.work import UnitOfWork
from trustroot.registry.checks.upkeep import (
    code_may_be_asked,
    code_may_be_tried,
    contact_is_a_mail_address,
)
from trustroot.registry.domain import (
    CODE_DIGITS,
    CODE_LIFETIME,
    ContactCode,
    Member,
    ProvenContact,
    mail_address,
)
from trustroot.registry.errors import CodeWrong, ContactMalformed, MemberUnknown
from trustroot.registry.events import ContactProven
from trustroot.registry.messages import code_notice
from trustroot.registry.ports import ContactCodes, Notices
from trustroot.registry.service.record import Record

_CONTEXT: Final = "trustroot.registry.contact_code"
_DRAWN_BYTES: Final = 8
_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CodeDrawer:
    """Draws codes, and names them so that only this installation can."""

    sealer: Sealer
    entropy: Entropy

    def draw(self) -> Secret:
        """Return six digits, each as likely as any other (64 bits are drawn)."""
        number = int.from_bytes(self.entropy(_DRAWN_BYTES), "big") % 10**CODE_DIGITS
        return Secret(f"{number:0{CODE_DIGITS}}")

    def digest(self, draft: UUID, code: Secret) -> Digest:
        """Return the keyed digest: a million codes are soon tried without the key."""
        named = self.sealer.index(code.reveal().encode(), f"{_CONTEXT}:{draft}")
        return Digest(named)

    def seal(self, draft: UUID, code: Secret) -> str:
        """Return the code sealed for its draft, base64, for the queue."""
        sealed = self.sealer.seal(code.reveal().encode(), _place(draft))
        return base64.b64encode(sealed).decode()

    def open(self, draft: UUID, sealed: str) -> Secret:
        """Return the code that `seal` sealed.

        Raises:
            SealRefused: it was sealed for another draft.
        """
        plain = self.sealer.open(base64.b64decode(sealed), _place(draft))
        return Secret(plain.decode())


@dataclass(frozen=True, slots=True)
class ContactProofs:
    """Proves that somebody reads what is sent to a contact.

    ``draft`` is the id of a member, or of the application page's own draft.
    """

    record: Record
    codes: ContactCodes
    drawer: CodeDrawer
    notices: Notices
    work: UnitOfWork

    def ask(self, draft: UUID, contact: str) -> None:
        """Send a code to an address; an earlier code of the draft is void.

        Raises:
            ContactMalformed: it is no mail address.
            CodeTooSoon: one was sent less than a minute ago, or ten already.
            kernel.errors.Unavailable: nobody took the mail; ask again.
        """
        address = contact_is_a_mail_address(contact)
        with self.work():
            code = self._drawn(draft, address)
        # After the commit: no mail relay is waited for with the database in hand.
        self.notices.send(code_notice(address, code.reveal(), f"{draft}"))

    def ask_member(self, member: Member, contact: str) -> None:
        """Have the worker send a code to an address that a member states; else as `ask`.

        Raises:
            ContactMalformed: it states no such address.
        """
        address = contact_is_a_mail_address(contact)
        if address not in {mail_address(one) for one in member.contacts}:
            raise ContactMalformed
        with self.work():
            code = self._drawn(member.id, address)
            sealed = self.drawer.seal(member.id, code)
            self.record.telling.code(member.id, address, sealed)

    def carry(self, payload: Mapping[str, JsonValue]) -> None:
        """Send a queued code; `kernel.errors.Unavailable` means: try again later."""
        draft, address = UUID(str(payload["draft"])), str(payload["to"])
        code = self.drawer.open(draft, str(payload["sealed"]))
        self.notices.send(code_notice(address, code.reveal(), f"{draft}"))

    def _drawn(self, draft: UUID, address: str) -> Secret:
        now, code = self.record.clock(), self.drawer.draw()
        held = self.codes.find(draft)
        code_may_be_asked(held, now)
        self.codes.put(
            ContactCode(
                draft=draft,
                address=address,
                digest=self.drawer.digest(draft, code),
                asked_at=now,
                expires_at=now + CODE_LIFETIME,
                asks=held.asks + 1 if held else 1,
            )
        )
        return code

    def prove(self, draft: UUID, code: str) -> ProvenContact:
        """Take the code in; of a member it proves the contact at once.

        Raises:
            CodeWrong: wrong, older than ten minutes, or told wrong five times before.
        """
        now = self.record.clock()
        with self.work():
            held = code_may_be_tried(self.codes.find(draft), now)
            if not hmac.compare_digest(
                self.drawer.digest(draft, Secret(code.strip())), held.digest
            ):
                self.codes.put(replace(held, tries=held.tries + 1))
                raise CodeWrong
            self.codes.put(replace(held, proven_at=now))
            proven = ProvenContact(address=held.address, proven_at=now)
            self._note(MemberId(draft), proven)
            return proven

    def proven(self, draft: UUID) -> ProvenContact | None:
        """Return what a draft has proven within the last day, or None."""
        with self.work():
            held = self.codes.find(draft)
        if held is None or held.proven_at is None:
            return None
        return ProvenContact(address=held.address, proven_at=held.proven_at)

    def forget_old(self) -> None:
        """Delete codes a day after their end."""
        self.codes.forget(self.record.clock() - _KEPT)

    def _note(self, identifier: MemberId, proven: ProvenContact) -> None:
        try:
            member = self.record.members.find(identifier)
        except MemberUnknown:
            return  # the draft of a page that has not applied yet
        self.record.members.note_contact(identifier, proven)
        self.record.trail.record(
            ContactProven(provider=member.entity_id, member=identifier)
        )


def _place(draft: UUID) -> Place:
    return Place("trustroot.registry", "contact_code", str(draft))
