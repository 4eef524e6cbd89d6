"""Members and proposals over the API."""

from dataclasses import dataclass

from kernel.approval import Proposal
from kernel.ids import EntityId, MemberId, ProposalId
from kernel.web import (
    FilterUnknown,
    Page,
    PageAsked,
    Reply,
    Request,
    filter_of,
    read_body,
    write_body,
)
from trustroot.registry import errors, messages
from trustroot.registry.api.asked import (
    actor_of,
    approval_of,
    digest_of,
    id_of,
    member_of,
    secret_of,
    version_needed,
    version_of,
)
from trustroot.registry.api.desk import Desk
from trustroot.registry.domain import (
    Action,
    Grounds,
    Member,
    MemberKind,
    MemberState,
    ProbeReport,
)


@dataclass(frozen=True, slots=True)
class MembersApi:
    """The endpoints under ``/api/v1/members`` and ``/api/v1/proposals``."""

    desk: Desk

    def apply(self, request: Request) -> Reply:
        """Open a draft: 201."""
        asked = read_body(messages.ApplicationAsked, request.body)
        opened = self.desk.applying.apply(
            asked.application(), actor_of(request), secret=secret_of(asked.client_secret)
        )
        return _member(opened, status=201)

    def edit(self, request: Request) -> Reply:
        """Put another application in the place of a draft's; needs ``If-Match``."""
        asked = read_body(messages.ApplicationAsked, request.body)
        edited = self.desk.applying.edit(
            member_of(request),
            asked.application(),
            version_needed(request),
            actor_of(request),
            secret=secret_of(asked.client_secret),
        )
        return _member(edited)

    def page(self, request: Request) -> Reply:
        """List members, by ``kind`` and ``state`` if asked; or those of one entity."""
        asked = PageAsked.parse(request.arguments)
        entity = request.arguments.optional("entity_id")
        if entity is not None:
            rows = self.desk.registry.named(EntityId(entity))
            return _page(rows, None)
        rows = self.desk.registry.page(
            kind=filter_of(request.arguments, "kind", MemberKind),
            state=filter_of(request.arguments, "state", MemberState),
            after=None if asked.after is None else MemberId(id_of(asked.after)),
            limit=asked.limit,
        )
        return _page(rows, str(rows[-1].id) if len(rows) == asked.limit else None)

    def show(self, request: Request) -> Reply:
        """Show one member."""
        return _member(self.desk.registry.show(member_of(request)))

    def history(self, request: Request) -> Reply:
        """Show a member's history."""
        entries = self.desk.registry.history(member_of(request))
        return Reply.json(write_body(messages.history_shown(entries)))

    def submit(self, request: Request) -> Reply:
        """Hand a draft in."""
        return _member(
            self.desk.applying.submit(
                member_of(request), actor_of(request), version=version_of(request)
            )
        )

    def check(self, request: Request) -> Reply:
        """Check an applicant: 200 if all is well, 422 with the same report if not."""
        try:
            report: object = self.desk.applying.check(
                member_of(request), actor_of(request), version=version_of(request)
            )
        except errors.ChecksFailed as failure:
            report = failure.report
        return _report(report)

    def cancel(self, request: Request) -> Reply:
        """Let an applicant go."""
        grounds, actor = read_body(Grounds, request.body), actor_of(request)
        return _member(
            self.desk.applying.cancel(
                member_of(request), grounds, actor, version=version_of(request)
            )
        )

    def suspend(self, request: Request) -> Reply:
        """Suspend a member, at once."""
        grounds, actor = read_body(Grounds, request.body), actor_of(request)
        return _member(
            self.desk.suspending.suspend(
                member_of(request), grounds, actor, version=version_of(request)
            )
        )

    def confirm(self, request: Request) -> Reply:
        """Confirm a suspension as the second person."""
        digest, actor = digest_of(request), actor_of(request)
        return _member(
            self.desk.suspending.confirm(
                member_of(request), digest, actor, version=version_of(request)
            )
        )

    def approve(self, request: Request) -> Reply:
        """Propose to approve: 202."""
        return self._propose(request, Action.APPROVE)

    def reinstate(self, request: Request) -> Reply:
        """Propose to lift a suspension: 202."""
        return self._propose(request, Action.REINSTATE)

    def withdraw(self, request: Request) -> Reply:
        """Propose to withdraw: 202."""
        return self._propose(request, Action.WITHDRAW)

    def change(self, request: Request) -> Reply:
        """Propose other terms, or another contract: 202."""
        asked = read_body(messages.ChangeAsked, request.body)
        contract = asked.contract
        proposal = self.desk.deciding.propose_terms(
            member_of(request),
            asked.terms,
            asked.grounds,
            actor_of(request),
            contract=None if contract is None else messages.contract_of(contract),
            secret=secret_of(asked.client_secret),
            version=version_of(request),
        )
        return shown_proposal(request, proposal, status=202)

    def proposals(self, request: Request) -> Reply:
        """Show what waits for a second person about a member."""
        found = self.desk.waiting.about(member_of(request))
        shown = tuple(messages.proposal_shown(one, request.person) for one in found)
        return Reply.json(write_body(messages.ProposalsShown(proposals=shown)))

    def queue(self, request: Request) -> Reply:
        """Show what waits for a second person, about whomever, oldest first."""
        if request.arguments.optional("state") not in {None, messages.ProposalState.OPEN}:
            raise FilterUnknown(f"state: {messages.ProposalState.OPEN}, or left out")
        asked = PageAsked.parse(request.arguments)
        after = None if asked.after is None else ProposalId(id_of(asked.after))
        rows, last = self.desk.waiting.page(after=after, limit=asked.limit)
        shown = tuple(messages.proposal_shown(one, request.person) for one in rows)
        cursor = Page(rows, None if last is None else str(last)).next_cursor
        said = messages.ProposalsShown(proposals=shown, next=cursor)
        return Reply.json(write_body(said))

    def proposal(self, request: Request) -> Reply:
        """Show one proposal: the exact change and its digest."""
        found = self.desk.waiting.find(ProposalId(member_of(request)))
        return shown_proposal(request, found)

    def approve_proposal(self, request: Request) -> Reply:
        """Do what was proposed, as the second person."""
        approval = approval_of(request)
        return _member(self.desk.deciding.approve(approval, version=version_of(request)))

    def cancel_proposal(self, request: Request) -> Reply:
        """Take back what one proposed oneself."""
        proposal, actor = ProposalId(member_of(request)), actor_of(request)
        return shown_proposal(request, self.desk.waiting.cancel(proposal, actor))

    def _propose(self, request: Request, action: Action) -> Reply:
        grounds, actor = read_body(Grounds, request.body), actor_of(request)
        proposal = self.desk.deciding.propose(
            member_of(request), action, grounds, actor, version=version_of(request)
        )
        return shown_proposal(request, proposal, status=202)


def shown_proposal(request: Request, proposal: Proposal, status: int = 200) -> Reply:
    """Lay one proposal out for whoever asks."""
    said = messages.proposal_shown(proposal, request.person)
    return Reply.json(write_body(said), status=status)


def _member(member: Member, status: int = 200) -> Reply:
    shown = Reply.json(write_body(messages.member_shown(member)), status=status)
    return shown.with_headers(("ETag", f'"{member.version}"'))


def _page(rows: tuple[Member, ...], last: str | None) -> Reply:
    shown = tuple(messages.member_shown(row) for row in rows)
    cursor = Page(rows, last).next_cursor
    return Reply.json(write_body(messages.MembersShown(members=shown, next=cursor)))


def _report(report: object) -> Reply:
    if not isinstance(report, ProbeReport):
        raise TypeError(type(report).__name__)
    shown = messages.check_shown(report)
    return Reply.json(write_body(shown), status=200 if report.passed else 422)
