"""What takes two persons: proposed by one, done by the approval of another."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.clients.checks import submission
from idp.clients.domain import (
    LIFECYCLE,
    Actor,
    Approval,
    Client,
    ClientAction,
    ClientState,
)
from idp.clients.errors import NothingToApprove
from idp.clients.events import ClientChangeProposed, ClientChangeRefused
from idp.clients.messages import ClientBody
from idp.clients.ports import ClientProposals
from idp.clients.service.clients import Clients, is_light
from idp.clients.service.record import told
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
from kernel.ids import ClientId, NewIds, ProposalId
from kernel.lifecycle import Persons
from kernel.web import read_body

_PREFIX: Final = "client:"


@dataclass(frozen=True, slots=True)
class Deciding:
    """Going live, going on after a suspension, and changing what is live."""

    clients: Clients
    proposals: ClientProposals
    ids: NewIds

    def submit(self, client: ClientId, reason: str, actor: Actor) -> Client:
        """Ask that a second person approve what is said of an application.

        Raises:
            ClientUnknown, TransitionNotAllowed: as they say.
            NotReadyToSubmit: purpose, basis, contacts or the reason is missing.
        """
        with self.clients.work():
            before = self.clients.find(client)
            LIFECYCLE.step(before.state, ClientAction.SUBMIT)
            _is_ready(before, reason)
            record = self.clients.record
            after = record.move(before, ClientAction.SUBMIT, reason, actor)
            self._keep(after, ClientAction.APPROVE, {"reason": reason}, actor)
        return after

    def enable(
        self, client: ClientId, reason: str, actor: Actor
    ) -> tuple[Client, Proposal | None]:
        """Let a suspended application work again.

        One that was live goes on when a second person approves; every other is back in the
        sandbox at once. Return the record, and what waits.

        Raises:
            ClientUnknown, TransitionNotAllowed, NotReadyToSubmit: as they say.
        """
        submission.reason_is_stated(reason)
        with self.clients.work():
            before = self.clients.find(client)
            if before.resumes is not ClientState.LIVE:
                record = self.clients.record
                action = ClientAction.ENABLE
                return record.move(before, action, reason, actor), None
            said: dict[str, JsonValue] = {"reason": reason}
            return before, self._keep(before, ClientAction.REINSTATE, said, actor)

    def change(
        self, client: ClientId, version: int, said: ClientBody, actor: Actor
    ) -> tuple[Client, Proposal | None]:
        """Say something else of an application; of a live one a second person agrees.

        Return the record as it is now, and what waits.

        Raises:
            ClientUnknown, ClientMalformed, ClientHasNoSecret, ClientMoved: as they say.
        """
        with self.clients.work():
            before = self.clients.at(client, version)
            after = self.clients.changed(before, said)
            if before.state is not ClientState.LIVE or is_light(before, after):
                self.clients.record.say(before, after, actor)
                return after, None
            new: dict[str, JsonValue] = {"reason": "", "after": told(after)}
            return before, self._keep(before, ClientAction.CHANGE, new, actor)

    def waiting(self, client: ClientId) -> Proposal:
        """Return what waits for a second person now.

        Raises:
            ClientUnknown: as it says.
            NothingToApprove: nothing does, or the application has moved on since.
        """
        return self._waiting(self.clients.find(client))

    def queue(
        self, after: ProposalId | None, limit: int
    ) -> tuple[tuple[tuple[Client, Proposal], ...], ProposalId | None]:
        """Return a page of what can still be approved, oldest first, and where to go on.

        Void ones, about other words than the record's, are left out: a page may be short.
        """
        since = self.clients.fresh.clock() - LIFETIME
        page = self.proposals.waiting(since=since, after=after, limit=limit)
        rows = tuple(row for row in map(self._beside_its_client, page) if row is not None)
        return rows, page[-1].id if len(page) == limit else None

    def approve(self, approval: Approval) -> Client:
        """Do what was proposed, if another person saw exactly that.

        Raises:
            ClientUnknown, NothingToApprove, ProposalDecided, ProposalExpired, SamePerson,
            ChangeDiffers, SubjectMoved, TransitionNotAllowed: nothing is changed.
        """
        submission.reason_is_stated(approval.reason)
        try:
            with self.clients.work():
                return self._approve(approval)
        except Refused as refusal:
            self._refused(approval, refusal)
            raise

    def _approve(self, approval: Approval) -> Client:
        client, person = self.clients.find(approval.client), approval.actor.person
        proposal, now = self._waiting(client), self.clients.fresh.clock()
        may_approve(proposal, person, approval.digest, proposal.base, now)
        _is_unchanged(proposal)
        self.proposals.decide(proposal.id, person, now)
        return self._carry_out(client, proposal, approval)

    def _carry_out(self, client: Client, proposal: Proposal, approval: Approval) -> Client:
        action, record = ClientAction(proposal.action), self.clients.record
        actor = approval.actor
        if action is not ClientAction.CHANGE:
            return record.move(client, action, approval.reason, actor, proposal.id)
        after = self.clients.changed(client, _said(proposal.change["after"]))
        record.say(client, after, actor, proposal.id)
        return after

    def _waiting(self, client: Client) -> Proposal:
        """What was proposed last, if the words it was about are still the record's.

        A new secret, or new keys at its address, are no other words.
        """
        kept = self.proposals.open_for(_subject(client))
        if not kept or kept[-1].change["record"] != told(client):
            raise NothingToApprove(client.id)
        possible = LIFECYCLE.actions(client.state)
        if ClientAction(kept[-1].action) not in possible:
            raise NothingToApprove(client.id)
        return kept[-1]

    def _beside_its_client(self, proposal: Proposal) -> tuple[Client, Proposal] | None:
        client = self.clients.find(ClientId(proposal.subject.removeprefix(_PREFIX)))
        try:
            waiting = self._waiting(client)
        except NothingToApprove:
            return None
        return (client, waiting) if waiting.id == proposal.id else None

    def _keep(
        self,
        client: Client,
        action: ClientAction,
        more: Mapping[str, JsonValue],
        actor: Actor,
    ) -> Proposal:
        if LIFECYCLE.step(client.state, action).persons is not Persons.TWO:
            raise NothingToApprove(client.id)
        proposal = propose(
            ProposalId(self.ids()),
            subject=_subject(client),
            action=action.value,
            change={"record": told(client), **more},
            base=client.version,
            proposer=actor.person,
            now=self.clients.fresh.clock(),
        )
        self.proposals.add(proposal)
        self.clients.record.trail.record(
            ClientChangeProposed(
                actor=actor.pseudonym,
                relying_party=client.id,
                proposal=proposal.id,
                action=action.value,
                digest=proposal.digest.hex(),
            )
        )
        return proposal

    def _refused(self, approval: Approval, refusal: Refused) -> None:
        self.clients.record.trail.record(
            ClientChangeRefused(
                actor=approval.actor.pseudonym,
                relying_party=approval.client,
                outcome=Outcome.REFUSED,
                reason=refusal.code,
            )
        )


def _is_ready(client: Client, reason: str) -> None:
    submission.reason_is_stated(reason)
    submission.purpose_is_told(client)
    submission.every_claim_has_its_basis(client)
    submission.somebody_is_reachable(client)


def _is_unchanged(proposal: Proposal) -> None:
    """Four eyes: what the store gives back is still what the digest is over."""
    again = change_digest(proposal.subject, proposal.action, proposal.change, proposal.base)
    if again != proposal.digest:
        raise ChangeDiffers(str(proposal.id))


def _subject(client: Client) -> str:
    return f"{_PREFIX}{client.id}"


def _said(record: JsonValue) -> ClientBody:
    return read_body(ClientBody, json.dumps(record).encode())
