"""What takes two persons: proposed by one, done by the approval of another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from kernel.approval import Proposal, may_approve, propose
from kernel.errors import Refused
from kernel.events import JsonValue, Outcome
from kernel.ids import MemberId, NewIds, PersonId, ProposalId
from kernel.secret import Secret
from kernel.work import UnitOfWork
from trustroot.registry.checks.acts import (
    grounds_are_stated,
    proposal_is_unchanged,
    suspension_waits_for,
    takes_two_persons,
)
from trustroot.registry.checks.application import contract_is_well_formed, issuer_stays
from trustroot.registry.checks.terms import (
    every_attribute_has_its_basis,
    representation_is_complete,
    terms_are_well_formed,
)
from trustroot.registry.domain import (
    Action,
    Actor,
    Approval,
    Contract,
    Grounds,
    Member,
    Terms,
    moved,
)
from trustroot.registry.errors import NothingChanges, ProposalUnknown
from trustroot.registry.events import ChangeProposed, ChangeRefused
from trustroot.registry.messages import (
    contract_from_json,
    contract_to_json,
    grounds_from_json,
    grounds_to_json,
    terms_from_json,
    terms_to_json,
)
from trustroot.registry.ports import Proposals
from trustroot.registry.service.admission import Admission
from trustroot.registry.service.record import Act, Record

_PREFIX: Final = "member:"


@dataclass(frozen=True, slots=True)
class Deciding:
    """Approving, reinstating, withdrawing, changing terms, confirming: by two persons."""

    record: Record
    proposals: Proposals
    work: UnitOfWork
    ids: NewIds
    admission: Admission

    def propose(
        self,
        identifier: MemberId,
        action: Action,
        grounds: Grounds,
        actor: Actor,
        *,
        version: int | None = None,
    ) -> Proposal:
        """Propose to approve, reinstate or withdraw a member on the terms it has.

        Raises:
            ReasonMissing, TransitionNotAllowed, VersionDiffers: as they say.
        """
        grounds_are_stated(action, grounds)
        with self.work():
            member = self.record.find(identifier, version)
            takes_two_persons(member, action)
            change = _change(grounds, member.terms)
            return self.keep(member, action, change, actor)

    def propose_terms(  # noqa: PLR0913  what is asked, by whom, on which version
        self,
        identifier: MemberId,
        terms: Terms,
        grounds: Grounds,
        actor: Actor,
        *,
        contract: Contract | None = None,
        secret: Secret | None = None,
        version: int | None = None,
    ) -> Proposal:
        """Propose other terms: ceiling, attributes, keys, measures; or another contract.

        Args:
            identifier: whose.
            terms: all of them, as they shall be.
            grounds: why.
            actor: who proposes.
            contract: another contract; None: the one it has stays.
            secret: our new secret at a represented member; None: the one held stays.
            version: the version of the member that was read.

        Raises:
            NothingChanges: they are the terms and the contract the member has.
            BasisMissing: an attribute that it does not have yet has no basis.
            ApplicationMalformed, ReasonMissing, TransitionNotAllowed, VersionDiffers: as
                they say.
        """
        grounds_are_stated(Action.CHANGE, grounds)
        contract_is_well_formed(contract)
        with self.work():
            member = self.record.find(identifier, version)
            settled = self._settled(member, terms, secret)
            change = _change(grounds, settled)
            if contract is not None and contract != member.contract:
                change["contract"] = contract_to_json(contract)
            elif change["terms"] == terms_to_json(member.terms):
                raise NothingChanges(str(identifier))
            takes_two_persons(member, Action.CHANGE)
            return self.keep(member, Action.CHANGE, change, actor)

    def _settled(self, member: Member, terms: Terms, secret: Secret | None) -> Terms:
        """Require every rule about terms, and bases of what it would newly get."""
        terms_are_well_formed(member.kind, terms)
        representation_is_complete(terms)
        issuer_stays(member, terms)
        every_attribute_has_its_basis(terms.attributes - member.attributes, terms)
        return self.admission.credentials.settle(terms, member.terms, secret)

    def approve(self, approval: Approval, *, version: int | None = None) -> Member:
        """Do what was proposed, if another person saw exactly that.

        Raises:
            ProposalUnknown, ProposalDecided, ProposalExpired, SamePerson, ChangeDiffers,
            SubjectMoved, NothingToConfirm, TransitionNotAllowed, VersionDiffers: nothing
                is changed.
        """
        try:
            with self.work():
                return self._approve(approval, version)
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

    def _approve(self, approval: Approval, version: int | None) -> Member:
        proposal = self.proposals.find(approval.proposal)
        member = self.record.find(_member_of(proposal), version)
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
        after = self._decided(moved(member, action, reason=grounds.reason), proposal)
        act = Act(
            action=action,
            grounds=grounds,
            actor=Actor(PersonId(proposal.proposer)),
            second=second,
            change=proposal.change,
        )
        return self.record.write(member, after, act)

    def _decided(self, after: Member, proposal: Proposal) -> Member:
        """Return the moved member with what the decision gives it."""
        action = Action(proposal.action)
        if action is Action.CHANGE:
            return _changed(after, proposal)
        if action is Action.APPROVE:
            today = self.record.clock().date()
            return replace(after, policy_version=self.admission.policy_version_on(today))
        if action is Action.CONFIRM and after.suspension is not None:
            return replace(after, suspension=replace(after.suspension, confirmed=True))
        return after


def _changed(after: Member, proposal: Proposal) -> Member:
    terms = terms_from_json(proposal.change["terms"])
    if "contract" not in proposal.change:
        return replace(after, terms=terms)
    contract = contract_from_json(proposal.change["contract"])
    return replace(after, terms=terms, contract=contract)


def _change(grounds: Grounds, terms: Terms) -> dict[str, JsonValue]:
    return {"grounds": grounds_to_json(grounds), "terms": terms_to_json(terms)}


def _member_of(proposal: Proposal) -> MemberId:
    """Return whom a proposal is about, or raise `ProposalUnknown` for another subject."""
    if not proposal.subject.startswith(_PREFIX):
        raise ProposalUnknown(str(proposal.id))
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
