"""Notices to members: queued with what they tell of, carried by the worker."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kernel.events import JsonValue
from kernel.work import JobQueue
from trustroot.registry.domain import (
    Action,
    Deadline,
    Grounds,
    Member,
    MemberNotice,
    Step,
    mail_address,
)
from trustroot.registry.messages import (
    evidence_notice,
    moved_notice,
    notice_from_json,
    notice_to_json,
)
from trustroot.registry.ports import Notices

NOTICE_JOB: Final = "registry.notice"
CODE_JOB: Final = "registry.contact_code"


@dataclass(frozen=True, slots=True)
class Telling:
    """Queues one notice for every contact of a member that is a mail address.

    Called inside the unit of work that changes the member: the notice goes out if, and
    only if, that commits; IT-Wallet's register asks for it within 24 h.
    """

    jobs: JobQueue

    def moved(self, member: Member, action: Action, grounds: Grounds) -> int:
        """Tell of a transition; return how many contacts are told."""
        addresses = _addresses(member)
        for address in addresses:
            self._queue(moved_notice(address, member, action, grounds))
        return len(addresses)

    def evidence(self, member: Member, held: Deadline, step: Step) -> int:
        """Tell of a rung of the evidence ladder; return how many contacts are told."""
        addresses = _addresses(member)
        for address in addresses:
            self._queue(evidence_notice(address, member, held, step))
        return len(addresses)

    def code(self, draft: UUID, address: str, sealed: str) -> None:
        """Have a sealed code sent to an address."""
        payload: dict[str, JsonValue] = {
            "draft": str(draft),
            "to": address,
            "sealed": sealed,
        }
        self.jobs.enqueue(CODE_JOB, payload, run_at=None, key=None)

    def _queue(self, notice: MemberNotice) -> None:
        said = f"{notice.reference}:{notice.to}".encode()
        key = hashlib.sha256(said).hexdigest()
        self.jobs.enqueue(NOTICE_JOB, notice_to_json(notice), run_at=None, key=key)


@dataclass(frozen=True, slots=True)
class Carrying:
    """Hands queued notices to whoever carries them."""

    notices: Notices

    def carry(self, payload: Mapping[str, JsonValue]) -> None:
        """Send one; `kernel.errors.Unavailable` means: try again later."""
        self.notices.send(notice_from_json(payload))


def _addresses(member: Member) -> tuple[str, ...]:
    found = (mail_address(contact) for contact in member.contacts)
    return tuple(dict.fromkeys(address for address in found if address is not None))
