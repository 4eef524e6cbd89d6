"""What waits for a second person, what was done, and who is for trying, on the wire."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from idp.clients.domain import Change, ClientState
from kernel.approval import Proposal
from kernel.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonBody:
    """Why an operator does it; kept in the standing register and the oversight log."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalBody:
    """A second person's yes: the digest of what they saw, and why."""

    digest: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalShown:
    """A change that waits for its second person; ``digest`` is over all of it.

    ``own``: whoever asks proposed it, so another has to approve it.
    """

    id: UUID
    action: str
    change: Mapping[str, object]
    base: int
    digest: str
    proposer: UUID
    proposed_at: datetime
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """One entry of a history; ``actor`` is a person, as in proposals."""

    version: int
    action: str
    state: ClientState
    before: Mapping[str, object]
    after: Mapping[str, object]
    reason: str
    actor: UUID | None
    proposal: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryShown:
    """What was done to a relying party, oldest first."""

    changes: tuple[ChangeShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPersonBody:
    """Somebody with whom applications on trial may be tried."""

    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPeopleShown:
    """Everybody with whom applications on trial may be tried.

    ``open``: everybody is, listed or not; so it is where an installation is for trying.
    """

    open: bool
    people: tuple[UUID, ...]


def proposal_shown(proposal: Proposal, reader: PersonId | None = None) -> ProposalShown:
    """Lay a proposal out as ``reader`` sees it."""
    return ProposalShown(
        id=proposal.id,
        action=proposal.action,
        change=dict(proposal.change),
        base=proposal.base,
        digest=proposal.digest.hex(),
        proposer=proposal.proposer,
        proposed_at=proposal.proposed_at,
        own=proposal.proposer == reader,
    )


def history_shown(changes: Iterable[Change]) -> HistoryShown:
    """Lay a history out."""
    return HistoryShown(changes=tuple(_change(change) for change in changes))


def _change(change: Change) -> ChangeShown:
    return ChangeShown(
        version=change.version,
        action=change.action,
        state=change.state,
        before=dict(change.before),
        after=dict(change.after),
        reason=change.reason,
        actor=change.actor,
        proposal=change.proposal,
        at=change.at,
    )
