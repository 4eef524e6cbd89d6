"""Four eyes over the digest of the exact change.

Persons are compared, not tokens. What is approved is a digest: if the change differs by one
byte, or the thing it is about has changed since, the approval is void.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from kernel.errors import Conflict, Refused
from kernel.events import JsonValue
from kernel.ids import PersonId, ProposalId
from kernel.secret import Digest

LIFETIME: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change somebody proposed and somebody else must approve.

    Attributes:
        subject: what is changed, for example ``member:<uuid>``.
        action: which change, for example ``suspend``.
        change: the exact change, as JSON.
        base: version of the subject the proposer saw.
        digest: over subject, action, change and base: this is what is approved.
    """

    id: ProposalId
    subject: str
    action: str
    change: Mapping[str, JsonValue]
    base: int
    digest: Digest
    proposer: PersonId
    proposed_at: datetime
    approver: PersonId | None = None
    decided_at: datetime | None = None


class SamePerson(Refused):
    """Whoever proposed a change cannot approve it, with whatever token."""

    code = "same_person"


class ChangeDiffers(Conflict):
    """The approval names another digest than the proposal has."""

    code = "change_differs"


class SubjectMoved(Conflict):
    """The subject has changed since the proposal; propose again on what it is now."""

    code = "subject_moved"


class ProposalDecided(Conflict):
    """Somebody has approved it already."""

    code = "proposal_decided"


class ProposalExpired(Conflict):
    """Nobody approved it within 14 days."""

    code = "proposal_expired"


class ProposalStore(Protocol):
    """Proposals by id, part of the surrounding unit of work.

    ``decide`` is linearizable: of two concurrent calls for one proposal one returns.
    """

    def add(self, proposal: Proposal) -> None:
        """Keep a fresh proposal."""
        ...

    def find(self, proposal: ProposalId) -> Proposal:
        """Return one, or raise `kernel.errors.NotFound`."""
        ...

    def open_for(self, subject: str) -> tuple[Proposal, ...]:
        """Return the undecided ones about a subject, oldest first."""
        ...

    def decide(self, proposal: ProposalId, approver: PersonId, at: datetime) -> None:
        """Mark it approved, or raise `ProposalDecided`."""
        ...


def change_digest(
    subject: str, action: str, change: Mapping[str, JsonValue], base: int
) -> Digest:
    """Return SHA-256 over the canonical JSON of everything that is approved."""
    exact = {"subject": subject, "action": action, "change": dict(change), "base": base}
    text = json.dumps(exact, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Digest(hashlib.sha256(text.encode()).digest())


def propose(  # noqa: PLR0913  the six facts of a proposal
    identifier: ProposalId,
    *,
    subject: str,
    action: str,
    change: Mapping[str, JsonValue],
    base: int,
    proposer: PersonId,
    now: datetime,
) -> Proposal:
    """Make the proposal of one exact change."""
    return Proposal(
        id=identifier,
        subject=subject,
        action=action,
        change=change,
        base=base,
        digest=change_digest(subject, action, change, base),
        proposer=proposer,
        proposed_at=now,
    )


def may_approve(
    proposal: Proposal, approver: PersonId, digest: Digest, base: int, now: datetime
) -> None:
    """Require a second person, the same change and subject, and time left.

    Raises:
        ProposalDecided, ProposalExpired, SamePerson, ChangeDiffers, SubjectMoved: the
            first of these that holds.
    """
    if proposal.approver is not None:
        raise ProposalDecided(str(proposal.id))
    if now - proposal.proposed_at > LIFETIME:
        raise ProposalExpired(str(proposal.id))
    if approver == proposal.proposer:
        raise SamePerson(str(proposal.id))
    if digest != proposal.digest:
        raise ChangeDiffers(str(proposal.id))
    if base != proposal.base:
        raise SubjectMoved(str(proposal.id))
