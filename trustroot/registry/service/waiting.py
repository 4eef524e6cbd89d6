"""What waits for a second person: one queue over every member and policy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kernel.approval import LIFETIME, Proposal
from kernel.ids import MemberId, ProposalId
from kernel.work import UnitOfWork
from trustroot.registry.checks.upkeep import proposal_is_ones_own
from trustroot.registry.domain import Action, Actor
from trustroot.registry.events import ProposalCancelled
from trustroot.registry.ports import Proposals
from trustroot.registry.service.record import Record

_PREFIX: Final = "member:"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Proposals as those who decide find them."""

    record: Record
    proposals: Proposals
    work: UnitOfWork

    def find(self, proposal: ProposalId) -> Proposal:
        """Return a proposal, or raise `ProposalUnknown`."""
        return self.proposals.find(proposal)

    def about(self, member: MemberId) -> tuple[Proposal, ...]:
        """Return what can still be approved about a member, oldest first."""
        waiting = self.proposals.open_for(f"{_PREFIX}{member}")
        versions = self.record.members.versions(_members(waiting))
        return tuple(one for one in waiting if self._is_alive(one, versions))

    def page(
        self, *, after: ProposalId | None = None, limit: int = 50
    ) -> tuple[tuple[Proposal, ...], ProposalId | None]:
        """Return a page of what can still be approved, oldest first, and where to go on.

        Void ones, about a version that is gone, are left out: a page may be short.
        """
        since = self.record.clock() - LIFETIME
        page = self.proposals.waiting(since=since, after=after, limit=limit)
        versions = self.record.members.versions(_members(page))
        alive = tuple(one for one in page if self._is_alive(one, versions))
        return alive, page[-1].id if len(page) == limit else None

    def _is_alive(self, proposal: Proposal, versions: Mapping[MemberId, int]) -> bool:
        members = _members((proposal,))
        if not members:
            return True
        if proposal.action != Action.CONFIRM:
            return versions.get(members[0]) == proposal.base
        # A suspension is the same through later versions, until it is lifted.
        held = self.record.members.find(members[0]).suspension
        if held is None or held.confirmed:
            return False
        return held.proposal == proposal.id

    def cancel(self, identifier: ProposalId, actor: Actor) -> Proposal:
        """Take back what one proposed oneself, before anybody approved it.

        The row is closed under the proposer's own name: nobody approves what they
        proposed, so it cannot be read as an approval.

        Raises:
            NotTheProposer: another proposed it, or it is a suspension to confirm.
            ProposalUnknown, ProposalDecided: as they say.
        """
        with self.work():
            proposal = self.proposals.find(identifier)
            proposal_is_ones_own(proposal, actor)
            self.proposals.decide(proposal.id, actor.person, self.record.clock())
            self.record.trail.record(
                ProposalCancelled(actor=actor.pseudonym, proposal=proposal.id)
            )
            return self.proposals.find(identifier)


def _members(page: Iterable[Proposal]) -> tuple[MemberId, ...]:
    subjects = (p.subject for p in page if p.subject.startswith(_PREFIX))
    return tuple(MemberId(UUID(subject.removeprefix(_PREFIX))) for subject in subjects)
