"""Evidence, findings, contacts and registration policies over the API."""

from dataclasses import dataclass

from kernel.web import Reply, Request, read_body, write_body
from trustroot.registry import messages
from trustroot.registry.api.asked import actor_of, approval_of, member_of
from trustroot.registry.api.desk import Desk
from trustroot.registry.api.endpoints import shown_proposal
from trustroot.registry.domain import Member, mail_address
from trustroot.registry.service import Received


@dataclass(frozen=True, slots=True)
class UpkeepApi:
    """What is kept about members while they are members, and the rules of admission."""

    desk: Desk

    def evidence(self, request: Request) -> Reply:
        """Show a member's evidence, the latest to end first."""
        held = self.desk.evidences.list(member_of(request))
        shown = tuple(messages.evidence_shown(one) for one in held)
        return Reply.json(write_body(messages.EvidencesShown(evidence=shown)))

    def add_evidence(self, request: Request) -> Reply:
        """File evidence: 201."""
        asked = read_body(messages.EvidenceAsked, request.body)
        issued_on, expires_on = asked.period()
        received = Received(
            kind=asked.kind,
            issued_on=issued_on,
            expires_on=expires_on,
            reference=asked.reference,
            digest=asked.document(),
        )
        filed = self.desk.evidences.add(member_of(request), received, actor_of(request))
        return Reply.json(write_body(messages.evidence_shown(filed)), status=201)

    def watch(self, request: Request) -> Reply:
        """Show what the continuous look at a member found, the latest first."""
        found = self.desk.watching.history(member_of(request))
        return Reply.json(write_body(messages.watch_shown(found)))

    def contacts(self, request: Request) -> Reply:
        """Show a member's contacts, proven or not."""
        member = self.desk.registry.show(member_of(request))
        return Reply.json(write_body(_contacts(member)))

    def ask_contact(self, request: Request) -> Reply:
        """Send a code to one of a member's contacts: 202."""
        asked = read_body(messages.ContactAsked, request.body)
        member = self.desk.registry.show(member_of(request))
        self.desk.contacts.ask_member(member, asked.address)
        shown = messages.ContactShown(address=asked.address, proven_at=None)
        return Reply.json(write_body(shown), status=202)

    def prove_contact(self, request: Request) -> Reply:
        """Take in the code that arrived there."""
        told = read_body(messages.CodeTold, request.body)
        member = self.desk.registry.show(member_of(request))
        proven = self.desk.contacts.prove(member.id, told.code)
        shown = messages.ContactShown(address=proven.address, proven_at=proven.proven_at)
        return Reply.json(write_body(shown))

    def policies(self, _request: Request) -> Reply:
        """Show every registration policy, the latest first."""
        now = self.desk.policies.in_force()
        shown = tuple(
            messages.policy_shown(policy, in_force=policy == now)
            for policy in self.desk.policies.all()
        )
        return Reply.json(write_body(messages.PoliciesShown(policies=shown)))

    def propose_policy(self, request: Request) -> Reply:
        """Propose a version: 202."""
        asked = read_body(messages.PolicyAsked, request.body)
        policy, actor = asked.policy.policy(), actor_of(request)
        proposal = self.desk.policies.propose(policy, asked.grounds, actor)
        return shown_proposal(request, proposal, status=202)

    def approve_policy(self, request: Request) -> Reply:
        """Adopt a version as the second person."""
        policy = self.desk.policies.approve(approval_of(request))
        now = self.desk.policies.in_force()
        shown = messages.policy_shown(policy, in_force=policy == now)
        return Reply.json(write_body(shown))


def _contacts(member: Member) -> messages.ContactsShown:
    proven = {one.address: one.proven_at for one in member.proven_contacts}
    stated = {mail_address(contact) or contact for contact in member.contacts}
    listed = (*member.contacts, *(one for one in proven if one not in stated))
    shown = (
        messages.ContactShown(
            address=contact, proven_at=proven.get(mail_address(contact) or contact)
        )
        for contact in listed
    )
    return messages.ContactsShown(contacts=tuple(shown))
