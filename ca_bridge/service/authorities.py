"""Authorities on record: added, reinstated and withdrawn by two persons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ca_bridge.checks import records as rules
from ca_bridge.domain import (
    LIFECYCLE,
    STANDING,
    Actor,
    Approval,
    Ca,
    CaAction,
    CaId,
    CaState,
    Suspension,
)
from ca_bridge.errors import CaKnown, CaUnknown
from ca_bridge.events import CaChangeProposed, CaChangeRefused, CaMoved
from ca_bridge.messages import (
    CaBody,
    ca_of,
    pem_to_der,
    record_from_json,
    record_to_json,
)
from ca_bridge.ports import CaStore
from ca_bridge.service.x509_files import certificates_hold
from kernel.approval import Proposal, ProposalStore, may_approve, propose
from kernel.clock import Clock
from kernel.errors import Refused
from kernel.events import AuditTrail, JsonValue, Outcome
from kernel.identifiers import CreditCode
from kernel.ids import NewIds, ProposalId
from kernel.standing import StandingRegister
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Authorities:
    """The records, and the one place that changes them; writes inside a unit of work."""

    store: CaStore
    register: StandingRegister
    trail: AuditTrail
    clock: Clock

    def find(self, ca: CaId) -> Ca:
        """Return one, or raise `CaUnknown`."""
        return self.store.find(ca)

    def all(self) -> tuple[Ca, ...]:
        """Return every authority that was ever approved."""
        return self.store.all()

    def move(
        self,
        ca: Ca,
        action: CaAction,
        reason: str,
        actor: Actor,
        *,
        suspension: Suspension | None = None,
    ) -> Ca:
        """Put the record after ``action`` in place of ``ca``, with event and standing.

        Raises:
            TransitionNotAllowed, CaChanged, CaKnown: nothing is written.
        """
        after = replace(ca.moved(action, reason, self.clock()), suspension=suspension)
        if ca.state is CaState.PROPOSED:
            self.store.add(after)
        else:
            self.store.change(after)
        if after.state is not ca.state:
            self.register.change(after.party, STANDING[after.state], reason=reason)
        self.trail.record(
            CaMoved(
                actor=actor.pseudonym,
                ca=after.id,
                action=action.value,
                source=ca.state.value,
                target=after.state.value,
                version=after.version,
                reason=reason,
            )
        )
        return after


@dataclass(frozen=True, slots=True)
class Deciding:
    """What operators do: propose, approve, suspend."""

    authorities: Authorities
    proposals: ProposalStore
    work: UnitOfWork
    ids: NewIds

    def propose_new(self, body: CaBody, actor: Actor) -> Proposal:
        """Propose to add an authority.

        Raises:
            CaMalformed, CertificateRefused, IdentifierRefused: as they say.
            CaKnown: one of its anchors is on record.
        """
        ca = self._drafted(body)
        certificates_hold(ca)
        self._is_new(ca)
        with self.work():
            return self._keep(ca, CaAction.ADD, record_to_json(ca), actor)

    def propose(
        self, identifier: CaId, action: CaAction, reason: str, actor: Actor
    ) -> Proposal:
        """Propose to reinstate or withdraw an authority.

        Raises:
            CaUnknown, TransitionNotAllowed, CaMalformed: as they say.
        """
        rules.reason_is_stated(reason)
        with self.work():
            ca = self.authorities.find(identifier)
            LIFECYCLE.step(ca.state, action)
            return self._keep(ca, action, {"reason": reason}, actor)

    def suspend(self, identifier: CaId, reason: str, actor: Actor) -> Ca:
        """Suspend an authority, effective with this unit of work: by one person.

        The proposal that the record names is what a second person confirms it by.

        Raises:
            CaUnknown, TransitionNotAllowed, CaMalformed: as they say.
        """
        rules.reason_is_stated(reason)
        action = CaAction.SUSPEND
        with self.work():
            ca = self.authorities.find(identifier)
            after = ca.moved(action, reason, self.authorities.clock())
            waiting = self._keep(after, CaAction.CONFIRM, {"reason": reason}, actor)
            held = Suspension(proposal=waiting.id)
            return self.authorities.move(ca, action, reason, actor, suspension=held)

    def find(self, proposal: ProposalId) -> Proposal:
        """Return a proposal, or raise `ProposalUnknown`."""
        return self.proposals.find(proposal)

    def approve(self, approval: Approval) -> Ca:
        """Do what was proposed, if another person saw exactly that.

        Raises:
            ProposalUnknown, ProposalDecided, ProposalExpired, SamePerson, ChangeDiffers,
            SubjectMoved, NothingToConfirm, TransitionNotAllowed, CaKnown: nothing is
            changed.
        """
        try:
            with self.work():
                return self._approve(approval)
        except Refused as refusal:
            self.authorities.trail.record(
                CaChangeRefused(
                    actor=approval.actor.pseudonym,
                    proposal=approval.proposal,
                    outcome=Outcome.REFUSED,
                    reason=refusal.code,
                )
            )
            raise

    def _approve(self, approval: Approval) -> Ca:
        proposal = self.proposals.find(approval.proposal)
        ca, now = self._subject(proposal), self.authorities.clock()
        action = CaAction(proposal.action)
        base, suspension = _of_now(ca, proposal)
        may_approve(proposal, approval.actor.person, approval.digest, base, now)
        rules.is_unchanged(proposal)
        rules.takes_two(ca, action)
        self.proposals.decide(proposal.id, approval.actor.person, now)
        reason = str(proposal.change["reason"])
        return self.authorities.move(
            ca, action, reason, approval.actor, suspension=suspension
        )

    def _subject(self, proposal: Proposal) -> Ca:
        identifier = ca_of(proposal)
        if proposal.action != CaAction.ADD:
            return self.authorities.find(identifier)
        try:
            return self.authorities.find(identifier)
        except CaUnknown:
            return record_from_json(proposal.change, identifier, self.authorities.clock())

    def _keep(
        self, ca: Ca, action: CaAction, change: Mapping[str, JsonValue], actor: Actor
    ) -> Proposal:
        proposal = propose(
            ProposalId(self.ids()),
            subject=ca.subject,
            action=action.value,
            change=change,
            base=ca.version,
            proposer=actor.person,
            now=self.authorities.clock(),
        )
        self.proposals.add(proposal)
        self.authorities.trail.record(
            CaChangeProposed(
                actor=actor.pseudonym,
                ca=ca.id,
                proposal=proposal.id,
                action=action.value,
                digest=proposal.digest.hex(),
            )
        )
        return proposal

    def _drafted(self, body: CaBody) -> Ca:
        rules.reason_is_stated(body.reason)
        for url in body.crl_urls:
            rules.is_web_address(url)
        return Ca(
            id=CaId(self.ids()),
            name_zh=body.name_zh,
            name_en=body.name_en,
            uscc=CreditCode.parse(body.uscc).value,
            anchors=tuple(pem_to_der(text) for text in body.anchors),
            intermediates=tuple(pem_to_der(text) for text in body.intermediates),
            crl_urls=body.crl_urls,
            state=CaState.PROPOSED,
            reason=body.reason,
            since=self.authorities.clock(),
            version=0,
        )

    def _is_new(self, ca: Ca) -> None:
        known = {anchor for other in self.authorities.all() for anchor in other.anchors}
        if known & set(ca.anchors):
            raise CaKnown


def _of_now(ca: Ca, proposal: Proposal) -> tuple[int, Suspension | None]:
    """Return the version an approval must be of, and what is then known of a suspension.

    A confirmation is of the suspension in force, whatever else was noted meanwhile.
    """
    if proposal.action != CaAction.CONFIRM:
        return ca.version, None
    rules.suspension_waits_for(ca, proposal)
    return proposal.base, Suspension(proposal=proposal.id, confirmed=True)
