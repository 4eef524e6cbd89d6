"""Types and grants by two persons; taking a mark back by one, at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kernel.approval import (
    LIFETIME,
    ChangeDiffers,
    Proposal,
    change_digest,
    may_approve,
    propose,
)
from kernel.errors import Refused
from kernel.events import JsonValue, Outcome
from kernel.ids import EntityId, NewIds, ProposalId
from kernel.work import UnitOfWork
from trustroot.publish.checks import marks as rules
from trustroot.publish.domain import Installation, MarkGrant, MarkType
from trustroot.publish.errors import GrantRevoked, GrantUnknown
from trustroot.publish.events import MarkChangeProposed, MarkChangeRefused
from trustroot.publish.messages import (
    grant_from_json,
    grant_to_json,
    type_from_json,
    type_to_json,
)
from trustroot.publish.ports import MarkProposals
from trustroot.publish.service.roll import Roll
from trustroot.registry.domain import Actor, Approval, Grounds

_BASE: Final = 0
"""Types and grants have no versions: what is proposed is checked again when approved."""


class MarkAction(StrEnum):
    """What two persons decide about marks."""

    ADD_TYPE = "add_type"
    GRANT = "grant"


@dataclass(frozen=True, slots=True)
class MarkDecisions:
    """What operators do about trust marks."""

    ours: Installation
    roll: Roll
    proposals: MarkProposals
    work: UnitOfWork
    ids: NewIds

    def propose_type(self, kind: MarkType, grounds: Grounds, actor: Actor) -> Proposal:
        """Propose a new type of mark.

        Raises:
            MarkTypeMalformed, MarkTypeTaken, DelegationRefused, GrantMalformed: as they
            say.
        """
        rules.grounds_are_stated(grounds)
        self._type_may_be_entered(kind)
        return self._keep(MarkAction.ADD_TYPE, type_to_json(kind), grounds, actor)

    def propose_grant(
        self,
        mark_type: str,
        subject: EntityId,
        until: datetime | None,
        grounds: Grounds,
        actor: Actor,
    ) -> Proposal:
        """Propose that an entity may carry marks of a type.

        Raises:
            MarkTypeUnknown, NotTheIssuer, MemberUnknown, HolderNotActive, GrantExists,
            GrantMalformed: as they say.
        """
        rules.grounds_are_stated(grounds)
        grant = MarkGrant(
            id=self.ids(),
            mark_type=mark_type,
            subject=subject,
            until=until,
            granted_at=self._now(),
            reason=grounds.reason,
        )
        self._grant_may_be_made(grant)
        return self._keep(MarkAction.GRANT, grant_to_json(grant), grounds, actor)

    def approve(self, approval: Approval) -> Proposal:
        """Do what was proposed, if another person saw exactly that.

        Raises:
            MarkProposalUnknown, ProposalDecided, ProposalExpired, SamePerson,
            ChangeDiffers, and what a proposal of it would raise now: nothing is changed.
        """
        try:
            with self.work():
                return self._approve(approval)
        except Refused as refusal:
            self.roll.trail.record(
                MarkChangeRefused(
                    actor=approval.actor.pseudonym,
                    proposal=approval.proposal,
                    outcome=Outcome.REFUSED,
                    reason=refusal.code,
                )
            )
            raise

    def revoke(
        self, mark_type: str, subject: EntityId, grounds: Grounds, actor: Actor
    ) -> MarkGrant:
        """Take a mark back, in force with this unit of work.

        Raises:
            GrantUnknown, GrantRevoked, GrantMalformed: as they say.
        """
        rules.grounds_are_stated(grounds)
        with self.work():
            grant = self.roll.stores.grants.find(mark_type, subject)
            if grant is None:
                raise GrantUnknown(subject[:200])
            if grant.revoked_at is not None:
                raise GrantRevoked(str(grant.id))
            return self.roll.revoke(grant, grounds, actor)

    def waiting(self, *, after: ProposalId | None, limit: int) -> tuple[Proposal, ...]:
        """Return what waits for a second person, oldest first, after one of them."""
        since = self._now() - LIFETIME
        return self.proposals.waiting(since=since, after=after, limit=limit)

    def find(self, proposal: ProposalId) -> Proposal:
        """Return a proposal, or raise `MarkProposalUnknown`."""
        return self.proposals.find(proposal)

    def _approve(self, approval: Approval) -> Proposal:
        proposal, now = self.proposals.find(approval.proposal), self._now()
        may_approve(proposal, approval.actor.person, approval.digest, _BASE, now)
        said = (proposal.subject, proposal.action, proposal.change, proposal.base)
        if change_digest(*said) != proposal.digest:
            raise ChangeDiffers(str(proposal.id))
        self.proposals.decide(proposal.id, approval.actor.person, now)
        self._carry_out(proposal, approval.actor)
        return self.proposals.find(proposal.id)

    def _carry_out(self, proposal: Proposal, second: Actor) -> None:
        if proposal.action == MarkAction.ADD_TYPE:
            kind = type_from_json(proposal.change["what"])
            self._type_may_be_entered(kind)
            self.roll.enter(kind, proposal.id, second)
            return
        grant = grant_from_json(proposal.change["what"])
        self._grant_may_be_made(grant)
        self.roll.grant(grant, proposal.id, second)

    def _type_may_be_entered(self, kind: MarkType) -> None:
        rules.type_has_an_url(kind)
        rules.type_has_names(kind)
        rules.type_has_issuers(kind)
        rules.type_names_its_owner_with_keys(kind)
        rules.owner_lets_us_issue(kind, self.ours.trust, self._now())
        rules.type_is_new(kind, self.roll.stores.types.all())

    def _grant_may_be_made(self, grant: MarkGrant) -> None:
        stores, now = self.roll.stores, self._now()
        rules.we_issue(stores.types.find(grant.mark_type), self.ours.trust)
        rules.ends_later(grant.until, now)
        rules.is_not_granted_already(
            stores.grants.find(grant.mark_type, grant.subject), now
        )
        if grant.subject != self.ours.issuer:
            rules.holder_may_act(self.roll.chronicle.registry.find(grant.subject))

    def _keep(
        self,
        action: MarkAction,
        what: Mapping[str, JsonValue],
        grounds: Grounds,
        actor: Actor,
    ) -> Proposal:
        said: dict[str, JsonValue] = {"reason": grounds.reason, "basis": grounds.basis}
        identifier = ProposalId(self.ids())
        proposal = propose(
            identifier,
            subject=f"mark:{identifier}",
            action=action.value,
            change={"what": dict(what), "grounds": said},
            base=_BASE,
            proposer=actor.person,
            now=self._now(),
        )
        with self.work():
            self.proposals.add(proposal)
            self.roll.trail.record(_proposed(proposal, actor))
        return proposal

    def _now(self) -> datetime:
        return self.roll.chronicle.clock()


def _proposed(proposal: Proposal, actor: Actor) -> MarkChangeProposed:
    return MarkChangeProposed(
        actor=actor.pseudonym,
        proposal=proposal.id,
        action=proposal.action,
        digest=proposal.digest.hex(),
    )
