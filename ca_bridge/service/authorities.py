"""Authorities on record: added, reinstated and withdrawn by two persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ca_bridge.checks.rfc5280 import has_no_unknown_critical, is_strong, may_issue
from ca_bridge.domain import (
    LIFECYCLE,
    STANDING,
    Actor,
    Ca,
    CaAction,
    CaId,
    CaState,
)
from ca_bridge.errors import CaKnown, CaMalformed, CaUnknown, CertificateRefused
from ca_bridge.events import CaChangeProposed, CaChangeRefused, CaMoved
from ca_bridge.messages import (
    CaBody,
    ca_of,
    pem_to_der,
    record_from_json,
    record_to_json,
)
from ca_bridge.ports import CaStore
from ca_bridge.service.x509_files import certificates
from kernel.approval import (
    ChangeDiffers,
    Proposal,
    ProposalStore,
    change_digest,
    may_approve,
    propose,
)
from kernel.clock import Clock
from kernel.errors import Refused
from kernel.events import AuditTrail, JsonValue, Outcome
from kernel.identifiers import CreditCode
from kernel.ids import NewIds, ProposalId
from kernel.lifecycle import Persons, TransitionNotAllowed
from kernel.secret import Digest
from kernel.standing import StandingRegister
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A second person approves exactly one change."""

    proposal: ProposalId
    digest: Digest
    actor: Actor


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

    def move(self, ca: Ca, action: CaAction, reason: str, actor: Actor) -> Ca:
        """Put the record after ``action`` in place of ``ca``, with event and standing.

        Raises:
            TransitionNotAllowed, CaChanged, CaKnown: nothing is written.
        """
        after = ca.moved(action, reason, self.clock())
        if ca.state is CaState.PROPOSED:
            self.store.add(after)
        else:
            self.store.change(after)
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
        reason_is_stated(reason)
        with self.work():
            ca = self.authorities.find(identifier)
            LIFECYCLE.step(ca.state, action)
            return self._keep(ca, action, {"reason": reason}, actor)

    def suspend(self, identifier: CaId, reason: str, actor: Actor) -> Ca:
        """Suspend an authority, effective with this unit of work: by one person.

        Raises:
            CaUnknown, TransitionNotAllowed, CaMalformed: as they say.
        """
        reason_is_stated(reason)
        with self.work():
            ca = self.authorities.find(identifier)
            return self.authorities.move(ca, CaAction.SUSPEND, reason, actor)

    def find(self, proposal: ProposalId) -> Proposal:
        """Return a proposal, or raise `ProposalUnknown`."""
        return self.proposals.find(proposal)

    def approve(self, approval: Approval) -> Ca:
        """Do what was proposed, if another person saw exactly that.

        Raises:
            ProposalUnknown, ProposalDecided, ProposalExpired, SamePerson, ChangeDiffers,
            SubjectMoved, TransitionNotAllowed, CaKnown: nothing is changed.
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
        may_approve(proposal, approval.actor.person, approval.digest, ca.version, now)
        is_unchanged(proposal)
        action = CaAction(proposal.action)
        takes_two(ca, action)
        self.proposals.decide(proposal.id, approval.actor.person, now)
        reason = str(proposal.change["reason"])
        return self.authorities.move(ca, action, reason, approval.actor)

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
        reason_is_stated(body.reason)
        for url in body.crl_urls:
            is_web_address(url)
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


def certificates_hold(ca: Ca) -> None:
    """Require certificates of a CA, strong ones, and at least one anchor.

    Raises:
        CaMalformed: as it says.
    """
    if not ca.anchors:
        raise CaMalformed("anchors")
    try:
        for certificate in certificates((*ca.anchors, *ca.intermediates)):
            is_strong(certificate)
            has_no_unknown_critical(certificate)
            may_issue(certificate, 0)
    except CertificateRefused as refusal:
        raise CaMalformed(refusal.detail) from refusal


def takes_two(ca: Ca, action: CaAction) -> None:
    """Require an action that takes two persons: no other is ever approved.

    Raises:
        TransitionNotAllowed: the table says otherwise.
    """
    if LIFECYCLE.step(ca.state, action).persons is not Persons.TWO:
        raise TransitionNotAllowed(action.value)


def is_unchanged(proposal: Proposal) -> None:
    """Require that the row still says what its digest says.

    Raises:
        ChangeDiffers: it was changed at rest.
    """
    exact = change_digest(proposal.subject, proposal.action, proposal.change, proposal.base)
    if exact != proposal.digest:
        raise ChangeDiffers(str(proposal.id))


def reason_is_stated(reason: str) -> None:
    """Require that an act states its reason.

    Raises:
        CaMalformed: it does not.
    """
    if not reason.strip():
        raise CaMalformed("reason")


def is_web_address(url: str) -> None:
    """RFC 5280 §4.2.1.13: where a list lies is an http or https address.

    Raises:
        CaMalformed: it is none.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise CaMalformed("crl_urls")
