"""Registration policies: adopted by two persons, each in force from a day on."""

from dataclasses import dataclass

from kernel.approval import Proposal, may_approve, propose
from kernel.ids import NewIds, ProposalId
from kernel.work import UnitOfWork
from trustroot.registry.checks.acts import grounds_are_stated, proposal_is_unchanged
from trustroot.registry.checks.upkeep import (
    policy_begins_after_all_others,
    policy_is_well_formed,
)
from trustroot.registry.domain import (
    Action,
    Actor,
    Approval,
    Grounds,
    RegistrationPolicy,
    in_force_on,
)
from trustroot.registry.errors import ProposalUnknown
from trustroot.registry.events import PolicyAdopted, PolicyProposed
from trustroot.registry.messages import (
    POLICY_SUBJECT,
    grounds_to_json,
    policy_from_json,
    policy_to_json,
)
from trustroot.registry.ports import PolicyStore, Proposals
from trustroot.registry.service.record import Record

_ADOPT = "adopt"


@dataclass(frozen=True, slots=True)
class Policies:
    """The rules of admission, version after version; none is ever changed."""

    record: Record
    policies: PolicyStore
    proposals: Proposals
    work: UnitOfWork
    ids: NewIds

    def all(self) -> tuple[RegistrationPolicy, ...]:
        """Return every version, the latest to begin first."""
        return self.policies.all()

    def in_force(self) -> RegistrationPolicy | None:
        """Return the latest version that has begun, or None while there is none."""
        return in_force_on(self.policies.all(), self.record.clock().date())

    def propose(
        self, policy: RegistrationPolicy, grounds: Grounds, actor: Actor
    ) -> Proposal:
        """Propose a version that begins after every other, today or later.

        Raises:
            PolicyMalformed, ReasonMissing: as they say.
        """
        grounds_are_stated(Action.CHANGE, grounds)
        policy_is_well_formed(policy)
        with self.work():
            held, now = self.policies.all(), self.record.clock()
            policy_begins_after_all_others(policy, held, now.date())
            proposal = propose(
                ProposalId(self.ids()),
                subject=POLICY_SUBJECT,
                action=_ADOPT,
                change={
                    "grounds": grounds_to_json(grounds),
                    "policy": policy_to_json(policy),
                },
                base=len(held),
                proposer=actor.person,
                now=now,
            )
            self.proposals.add(proposal)
            self.record.trail.record(_proposed(proposal, actor))
            return proposal

    def approve(self, approval: Approval) -> RegistrationPolicy:
        """Adopt what was proposed, as the second person.

        Raises:
            ProposalUnknown, ProposalDecided, ProposalExpired, SamePerson, ChangeDiffers,
            SubjectMoved, PolicyMalformed: nothing is changed.
        """
        actor = approval.actor
        with self.work():
            proposal = self._proposal(approval.proposal)
            held, now = self.policies.all(), self.record.clock()
            may_approve(proposal, actor.person, approval.digest, len(held), now)
            proposal_is_unchanged(proposal)
            policy = policy_from_json(proposal.change["policy"])
            policy_begins_after_all_others(policy, held, now.date())
            self.proposals.decide(proposal.id, actor.person, now)
            self.policies.add(policy)
            self.record.trail.record(_adopted(proposal, policy, actor))
            return policy

    def _proposal(self, identifier: ProposalId) -> Proposal:
        proposal = self.proposals.find(identifier)
        if proposal.subject != POLICY_SUBJECT:
            raise ProposalUnknown(str(identifier))
        return proposal


def _proposed(proposal: Proposal, actor: Actor) -> PolicyProposed:
    return PolicyProposed(
        actor=actor.pseudonym, proposal=proposal.id, digest=proposal.digest.hex()
    )


def _adopted(proposal: Proposal, policy: RegistrationPolicy, actor: Actor) -> PolicyAdopted:
    return PolicyAdopted(actor=actor.pseudonym, proposal=proposal.id, policy=policy.version)
