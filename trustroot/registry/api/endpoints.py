"""Members over the API."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from kernel.ids import MemberId, ProposalId
from kernel.secret import Digest
from kernel.web import BodyMalformed, Page, PageAsked, Reply, Request, read_body, write_body
from trustroot.registry import errors, messages
from trustroot.registry.domain import (
    Action,
    Actor,
    Approval,
    Grounds,
    Member,
    MemberKind,
    MemberState,
    ProbeReport,
)
from trustroot.registry.service import Applying, Deciding, Registry, Suspending

_E = TypeVar("_E", MemberKind, MemberState)


@dataclass(frozen=True, slots=True)
class MembersApi:
    """The endpoints under ``/api/v1/members`` and ``/api/v1/proposals``."""

    registry: Registry
    applying: Applying
    deciding: Deciding
    suspending: Suspending

    def apply(self, request: Request) -> Reply:
        """Open a draft: 201."""
        application = read_body(messages.ApplicationAsked, request.body).application()
        return _member(self.applying.apply(application, _actor(request)), status=201)

    def page(self, request: Request) -> Reply:
        """List members, by ``kind`` and ``state`` if asked."""
        asked = PageAsked.parse(request.arguments)
        rows = self.registry.page(
            kind=_named(MemberKind, request.arguments.optional("kind")),
            state=_named(MemberState, request.arguments.optional("state")),
            after=None if asked.after is None else MemberId(_uuid(asked.after)),
            limit=asked.limit,
        )
        last = str(rows[-1].id) if len(rows) == asked.limit else None
        shown = tuple(messages.member_shown(row) for row in rows)
        cursor = Page(rows, last).next_cursor
        return Reply.json(write_body(messages.MembersShown(members=shown, next=cursor)))

    def show(self, request: Request) -> Reply:
        """Show one member."""
        return _member(self.registry.show(_id(request)))

    def history(self, request: Request) -> Reply:
        """Show a member's history."""
        entries = self.registry.history(_id(request))
        return Reply.json(write_body(messages.history_shown(entries)))

    def submit(self, request: Request) -> Reply:
        """Hand a draft in."""
        return _member(self.applying.submit(_id(request), _actor(request)))

    def check(self, request: Request) -> Reply:
        """Check an applicant: 200 if all is well, 422 with the same report if not."""
        try:
            report: object = self.applying.check(_id(request), _actor(request))
        except errors.ChecksFailed as failure:
            report = failure.report
        return _report(report)

    def cancel(self, request: Request) -> Reply:
        """Let an applicant go."""
        grounds = read_body(Grounds, request.body)
        return _member(self.applying.cancel(_id(request), grounds, _actor(request)))

    def suspend(self, request: Request) -> Reply:
        """Suspend a member, at once."""
        grounds = read_body(Grounds, request.body)
        return _member(self.suspending.suspend(_id(request), grounds, _actor(request)))

    def confirm(self, request: Request) -> Reply:
        """Confirm a suspension as the second person."""
        digest = _digest(request)
        return _member(self.suspending.confirm(_id(request), digest, _actor(request)))

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
        """Propose other terms: 202."""
        asked = read_body(messages.ChangeAsked, request.body)
        proposal = self.deciding.propose_terms(
            _id(request), asked.terms, asked.grounds, _actor(request)
        )
        return Reply.json(write_body(messages.proposal_shown(proposal)), status=202)

    def proposals(self, request: Request) -> Reply:
        """Show what waits for a second person about a member."""
        waiting = self.deciding.open_proposals(_id(request))
        shown = tuple(messages.proposal_shown(proposal) for proposal in waiting)
        return Reply.json(write_body(messages.ProposalsShown(proposals=shown)))

    def proposal(self, request: Request) -> Reply:
        """Show one proposal: the exact change and its digest."""
        found = self.deciding.find(ProposalId(_id(request)))
        return Reply.json(write_body(messages.proposal_shown(found)))

    def approve_proposal(self, request: Request) -> Reply:
        """Do what was proposed, as the second person."""
        approval = Approval(
            proposal=ProposalId(_id(request)),
            digest=_digest(request),
            actor=_actor(request),
        )
        return _member(self.deciding.approve(approval))

    def _propose(self, request: Request, action: Action) -> Reply:
        grounds = read_body(Grounds, request.body)
        actor = _actor(request)
        proposal = self.deciding.propose(_id(request), action, grounds, actor)
        return Reply.json(write_body(messages.proposal_shown(proposal)), status=202)


def _member(member: Member, status: int = 200) -> Reply:
    shown = Reply.json(write_body(messages.member_shown(member)), status=status)
    return shown.with_headers(("ETag", f'"{member.version}"'))


def _report(report: object) -> Reply:
    if not isinstance(report, ProbeReport):
        raise TypeError(type(report).__name__)
    shown = messages.check_shown(report)
    return Reply.json(write_body(shown), status=200 if report.passed else 422)


def _actor(request: Request) -> Actor:
    caller = request.required_caller()
    return Actor(caller.required_person(), caller.pseudonym)


def _id(request: Request) -> MemberId:
    return MemberId(_uuid(request.parameters["id"]))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as cause:
        raise errors.MemberUnknown("not an id") from cause


def _named(kind: type[_E], value: str | None) -> _E | None:
    try:
        return None if value is None else kind(value)
    except ValueError as cause:
        raise errors.FilterUnknown(kind.__name__) from cause


def _digest(request: Request) -> Digest:
    seen = read_body(messages.DigestSeen, request.body).digest
    try:
        return Digest(bytes.fromhex(seen))
    except ValueError as cause:
        raise BodyMalformed("body.digest: not 64 hex digits") from cause
