"""What was answered so far: it travels sealed in the form, and nothing is kept of it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

import orjson

from kernel.errors import Malformed
from kernel.events import rfc3339
from kernel.ids import MemberId
from kernel.proof.seal import Place, Sealer, SealRefused
from trustroot.registry.domain import ProvenContact, mail_address

_DRAFT: Final = Place("trustroot.registry", "application_draft")
_PAGE: Final = Place("trustroot.registry", "application_page")
_ASKED: Final = "trustroot.registry.application_contact"
_LIMIT: Final = 200_000
_UUID_BYTES: Final = 16


class DraftBroken(Malformed):
    """What came back is not a draft of ours, or of an older key."""

    code = "application_draft_broken"


class ApplicationPageUnknown(Malformed):
    """The address is not of an application."""

    code = "application_page_unknown"


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers by the name of their field, and the contact that has answered a code."""

    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    proven: ProvenContact | None = None

    def with_answers(self, given: Mapping[str, str]) -> Self:
        """Return the draft with these answers in place of those of the same names."""
        return replace(self, answers={**self.answers, **given})

    def get(self, name: str) -> str:
        """Return an answer, "" if there is none."""
        return self.answers.get(name, "")

    @property
    def contact_is_proven(self) -> bool:
        """Whether the contact that is named now is the one that answered."""
        return self.proven is not None and self.proven.address == self.get("contact")


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Seals drafts and the addresses of applications; opens only what it sealed."""

    sealer: Sealer

    def close(self, draft: Draft) -> str:
        """Return a draft as the form carries it."""
        said = {"answers": dict(draft.answers), "proven": _written(draft.proven)}
        return _text(self.sealer.seal(orjson.dumps(said), _DRAFT))

    def open(self, carried: str) -> Draft:
        """Return the draft a form carried; an empty one at the first step.

        Raises:
            DraftBroken: somebody else made it, or changed it.
        """
        if not carried:
            return Draft()
        try:
            said = orjson.loads(self.sealer.open(_bytes(carried), _DRAFT))
        except (SealRefused, ValueError) as cause:
            raise DraftBroken from cause
        return Draft(said["answers"], _read(said["proven"]))

    def page_of(self, member: MemberId) -> str:
        """Return the part of the address under which an applicant finds its application."""
        return _text(self.sealer.seal(member.bytes, _PAGE))

    def member_of(self, page: str) -> MemberId:
        """Return the member behind such an address.

        Raises:
            ApplicationPageUnknown: there is none; nothing was looked up.
        """
        try:
            return MemberId(UUID(bytes=self.sealer.open(_bytes(page), _PAGE)))
        except (SealRefused, ValueError) as cause:
            raise ApplicationPageUnknown from cause

    def asked_under(self, contact: str) -> UUID:
        """Return the name under which codes to a contact are counted.

        It is the same for everybody who names this mailbox, so that nobody is sent more
        codes than the limits allow, however many drafts are begun.
        """
        mailbox = _mailbox(contact).encode()
        return UUID(bytes=self.sealer.index(mailbox, _ASKED)[:_UUID_BYTES])


def _mailbox(contact: str) -> str:
    """RFC 5233 §1: where mail to a contact arrives, however the contact is written."""
    local, _, host = (mail_address(contact) or contact).lower().rpartition("@")
    return f"{local.partition('+')[0]}@{host.rstrip('.')}"


def _written(proven: ProvenContact | None) -> dict[str, str] | None:
    if proven is None:
        return None
    return {"address": proven.address, "at": rfc3339(proven.proven_at)}


def _read(said: Mapping[str, str] | None) -> ProvenContact | None:
    if said is None:
        return None
    at = datetime.fromisoformat(said["at"])
    return ProvenContact(address=said["address"], proven_at=at)


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    if len(text) > _LIMIT:
        raise ValueError(len(text))
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
