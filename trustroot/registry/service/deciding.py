"""What takes two persons: proposed by one, done by the approval of another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from kernel.approval import Proposal, ProposalStore, may_approve, propose
from kernel.errors import Refused
from kernel.events import JsonValue, Outcome
from kernel.ids import MemberId, NewIds, PersonId, ProposalId
from kernel.work import UnitOfWork
from trustroot.registry.checks.acts import (
    grounds_are_stated,
    proposal_is_unchanged,
    suspension_waits_for,
    takes_two_persons,
)
from trustroot.registry.checks.application import terms_are_well_formed
from trustroot.registry.domain import (
    Action,
    Actor,
    Approval,
    Grounds,
    Member,
    Terms,
    moved,
)
from trustroot.registry.errors import NothingChanges
from trustroot.registry.events import ChangeProposed, ChangeRefused
from trustroot.registry.messages import (
    grounds_from_json,
    grounds_to_json,
    terms_from_json,
    terms_to_json,
)
from trustroot.registry.service.record import Act, Record

_PREFIX: Final = "member:"


@dataclass(frozen=True, slots=True)
class Deciding:
    """Approving, reinstating, withdrawing, changing terms, confirming: by two persons."""

    record: Record
    proposals: ProposalStore
    work: UnitOfWork
    ids: NewIds

    def propose(
        self, identifier: MemberId, action: Action, grounds: Grounds, actor: Actor
    ) -> Proposal:
        """Propose to approve, reinstate or withdraw a member on the terms it has.

        Raises:
            ReasonMissing, TransitionNotAllowed: as they say.
        """
        grounds_are_stated(action, grounds)
        with self.work():
            member = self.record.members.find(identifier)
            return self._propose(member, action, member.terms, grounds, actor)

    def propose_terms(
        self, identifier: MemberId, terms: Terms, grounds: Grounds, actor: Actor
    ) -> Proposal:
        """Propose other terms: ceiling, attributes, entity types, keys, measures.

        Raises:
            NothingChanges: they are the terms the member has.
            ApplicationMalformed, ReasonMissing, TransitionNotAllowed: as they say.
        """
        grounds_are_stated(Action.CHANGE, grounds)
        with self.work():
            member = self.record.members.find(identifier)
            terms_are_well_formed(member.kind, terms)
            if terms_to_json(terms) == terms_to_json(member.terms):
                raise NothingChanges(str(identifier))
            return self._propose(member, Action.CHANGE, terms, grounds, actor)

    def approve(self, approval: Approval) -> Member:
        """Do what was proposed, if another person saw exactly that.

        Raises:
            ProposalUnknown, ProposalDecided, ProposalExpired, SamePerson, ChangeDiffers,
            SubjectMoved, NothingToConfirm, TransitionNotAllowed: nothing is changed.
        """
        try:
            with self.work():
                return self._approve(approval)
        except Refused as refusal:
            self.record.trail.record(
                ChangeRefused(
                    actor=approval.actor.pseudonym,
                    proposal=approval.proposal,
                    outcome=Outcome.REFUSED,
                    reason=refusal.code,
                )
            )
            raise

    def open_proposals(self, identifier: MemberId) -> tuple[Proposal, ...]:
        """Return what waits for a second person about a member, oldest first."""
        return self.proposals.open_for(f"{_PREFIX}{identifier}")

    def find(self, proposal: ProposalId) -> Proposal:
        """Return a proposal, or raise `ProposalUnknown`."""
        return self.proposals.find(proposal)

    def _propose(
        self, member: Member, action: Action, terms: Terms, grounds: Grounds, actor: Actor
    ) -> Proposal:
        takes_two_persons(member, action)
        change: dict[str, JsonValue] = {
            "grounds": dict(grounds_to_json(grounds)),
            "terms": dict(terms_to_json(terms)),
        }
        return self.keep(member, action, change, actor)

    def keep(
        self,
        member: Member,
        action: Action,
        change: Mapping[str, JsonValue],
        actor: Actor,
    ) -> Proposal:
        """Keep the proposal of an exact change; inside a unit of work."""
        proposal = propose(
            ProposalId(self.ids()),
            subject=member.subject,
            action=action.value,
            change=change,
            base=member.version,
            proposer=actor.person,
            now=self.record.clock(),
        )
        self.proposals.add(proposal)
        self.record.trail.record(_proposed(member, proposal, actor))
        return proposal

    def _approve(self, approval: Approval) -> Member:
        proposal = self.proposals.find(approval.proposal)
        member = self.record.members.find(_member_of(proposal))
        action, now = Action(proposal.action), self.record.clock()
        base = member.version
        if action is Action.CONFIRM:
            suspension_waits_for(member, proposal)
            base = proposal.base
        may_approve(proposal, approval.actor.person, approval.digest, base, now)
        proposal_is_unchanged(proposal)
        takes_two_persons(member, action)
        self.proposals.decide(proposal.id, approval.actor.person, now)
        return self._carry_out(member, proposal, approval.actor)

    def _carry_out(self, member: Member, proposal: Proposal, second: Actor) -> Member:
        action = Action(proposal.action)
        grounds = grounds_from_json(proposal.change["grounds"])
        after = moved(member, action, reason=grounds.reason)
        if action is Action.CHANGE:
            after = replace(after, terms=terms_from_json(proposal.change["terms"]))
        if action is Action.CONFIRM and member.suspension is not None:
            after = replace(after, suspension=replace(member.suspension, confirmed=True))
        act = Act(
            action=action,
            grounds=grounds,
            actor=Actor(PersonId(proposal.proposer)),
            second=second,
            change=proposal.change,
        )
        return self.record.write(member, after, act)


def _member_of(proposal: Proposal) -> MemberId:
    return MemberId(UUID(proposal.subject.removeprefix(_PREFIX)))


def _proposed(member: Member, proposal: Proposal, actor: Actor) -> ChangeProposed:
    return ChangeProposed(
        actor=actor.pseudonym,
        provider=member.entity_id,
        member=member.id,
        proposal=proposal.id,
        action=proposal.action,
        digest=proposal.digest.hex(),
    )
