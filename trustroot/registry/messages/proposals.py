"""Changes that take two persons, on the wire of the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from kernel.approval import Proposal
from kernel.ids import PersonId
from trustroot.registry.domain import Grounds, Terms
from trustroot.registry.messages.terms import ContractAsked, change_shown

POLICY_SUBJECT: Final = "registration-policy"
"""The subject of a proposed registration policy, where members have ``member:…``."""


class ProposalState(StrEnum):
    """Where a proposal is: only an open one can be approved."""

    OPEN = "open"
    APPROVED = "approved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAsked:
    """New terms for a member, and why; a contract only where it changes.

    ``client_secret`` is our new secret at a represented member; without it the one
    that is held stays.
    """

    terms: Terms
    grounds: Grounds
    contract: ContractAsked | None = None
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSeen:
    """The digest of the exact change that the second person saw, 64 hex digits."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalShown:
    """A change that waits for a second person; it is approved at ``approve_at``.

    ``own``: whoever asks proposed it, so another has to approve it.
    """

    id: UUID
    subject: str
    action: str
    change: Mapping[str, object]
    base: int
    digest: str
    proposer: UUID
    proposed_at: datetime
    approver: UUID | None
    decided_at: datetime | None
    state: ProposalState = ProposalState.OPEN
    approve_at: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalsShown:
    """Undecided changes, oldest first; ``next`` is sent back as ``after``."""

    proposals: tuple[ProposalShown, ...]
    next: str | None = None


def proposal_state(proposal: Proposal) -> ProposalState:
    """Ours: nobody approves what they proposed, so such a row says it was taken back."""
    if proposal.approver is None:
        return ProposalState.OPEN
    if proposal.approver == proposal.proposer:
        return ProposalState.CANCELLED
    return ProposalState.APPROVED


def proposal_shown(proposal: Proposal, reader: PersonId | None = None) -> ProposalShown:
    """Lay a proposal out for the wire, as ``reader`` sees it."""
    return ProposalShown(
        id=proposal.id,
        subject=proposal.subject,
        action=proposal.action,
        change=change_shown(proposal.change),
        base=proposal.base,
        digest=proposal.digest.hex(),
        proposer=proposal.proposer,
        proposed_at=proposal.proposed_at,
        approver=proposal.approver,
        decided_at=proposal.decided_at,
        state=proposal_state(proposal),
        approve_at=_approve_at(proposal),
        own=proposal.proposer == reader,
    )


def _approve_at(proposal: Proposal) -> str:
    family = "proposals" if proposal.subject != POLICY_SUBJECT else POLICY_PATH
    return f"/{family}/{proposal.id}/approve"


POLICY_PATH: Final = "registration-policies/proposals"
