"""Trust marks over the API: types and grants by two persons, revoking by one."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kernel.approval import Proposal
from kernel.ids import EntityId, ProposalId
from kernel.secret import Digest
from kernel.web import (
    JSON,
    Access,
    BodyMalformed,
    Endpoint,
    Page,
    PageAsked,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    read_body,
    write_body,
)
from trustroot.publish import errors, messages
from trustroot.publish.ports import MarkStore
from trustroot.publish.service import MarkDecisions
from trustroot.registry.domain import Actor, Approval

_READ: Final = Access(scope="members:read", role=Role.OPERATOR)
_WRITE: Final = Access(scope="members:write", role=Role.OPERATOR)
_BASE: Final = "/api/v1/marks"
_PAGE: Final = {"limit": "1 to 200", "after": "`next` of the page before"}
_ONE: Final = {"mark_type": "URL of a type", "entity_id": "who holds it"}


@dataclass(frozen=True, slots=True)
class MarksApi:
    """The endpoints under ``/api/v1/marks``."""

    decisions: MarkDecisions
    marks: MarkStore

    def types(self, _request: Request) -> Reply:
        """List every type."""
        types = self.decisions.roll.stores.types.all()
        return Reply.json(write_body(messages.MarkTypesShown(types=types)))

    def add_type(self, request: Request) -> Reply:
        """Propose a new type: 202."""
        asked = read_body(messages.TypeAsked, request.body)
        actor = _actor(request)
        proposal = self.decisions.propose_type(asked.type, asked.grounds, actor)
        return _proposal(request, proposal, 202)

    def grants(self, request: Request) -> Reply:
        """List grants, by type and entity if asked."""
        asked, subject = PageAsked.parse(request.arguments), _entity(request)
        rows = self.decisions.roll.stores.grants.page(
            mark_type=request.arguments.optional("mark_type"),
            subject=subject,
            after=asked.after_id(),
            limit=asked.limit,
        )
        last = str(rows[-1].id) if len(rows) == asked.limit else None
        shown = tuple(map(messages.grant_shown, rows))
        cursor = Page(rows, last).next_cursor
        return Reply.json(write_body(messages.GrantsShown(grants=shown, next=cursor)))

    def grant(self, request: Request) -> Reply:
        """Propose that an entity may carry a mark: 202."""
        asked = read_body(messages.GrantAsked, request.body)
        subject, actor = EntityId(asked.entity_id), _actor(request)
        proposal = self.decisions.propose_grant(
            asked.mark_type, subject, asked.until, asked.grounds, actor
        )
        return _proposal(request, proposal, 202)

    def revoke(self, request: Request) -> Reply:
        """Take a mark back, at once."""
        asked = read_body(messages.RevokeAsked, request.body)
        subject, actor = EntityId(asked.entity_id), _actor(request)
        grant = self.decisions.revoke(asked.mark_type, subject, asked.grounds, actor)
        return Reply.json(write_body(messages.grant_shown(grant)))

    def status(self, request: Request) -> Reply:
        """Show what an entity was granted, and its mark."""
        mark_type = request.arguments.required("mark_type")
        subject = EntityId(request.arguments.required("entity_id"))
        grant = self.decisions.roll.stores.grants.find(mark_type, subject)
        if grant is None:
            raise errors.GrantUnknown(subject[:200])
        mark = self.marks.current(mark_type, subject)
        return Reply.json(write_body(messages.status_shown(grant, mark)))

    def proposals(self, request: Request) -> Reply:
        """Show what waits for a second person."""
        asked = PageAsked.parse(request.arguments)
        after = asked.after_id()
        rows = self.decisions.waiting(
            after=None if after is None else ProposalId(after), limit=asked.limit
        )
        last = str(rows[-1].id) if len(rows) == asked.limit else None
        cursor = Page(rows, last).next_cursor
        shown = messages.mark_proposals_shown(rows, cursor, request.person)
        return Reply.json(write_body(shown))

    def proposal(self, request: Request) -> Reply:
        """Show one proposal: the exact change and its digest."""
        return _proposal(request, self.decisions.find(_id(request)))

    def approve(self, request: Request) -> Reply:
        """Do what was proposed, as the second person."""
        approval = Approval(
            proposal=_id(request), digest=_digest(request), actor=_actor(request)
        )
        return _proposal(request, self.decisions.approve(approval))


def mark_routes(api: MarksApi) -> tuple[Route, ...]:
    """Return the table."""
    m, one = messages, f"{_BASE}/proposals/{{id}}"
    # fmt: off
    return (
        _get("", api.grants, Shape(summary="Who may carry which mark",
                                   response=m.GrantsShown, arguments={**_ONE, **_PAGE})),
        _get("/types", api.types, Shape(summary="Types of trust mark",
                                        response=m.MarkTypesShown)),
        _get("/status", api.status, Shape(summary="One entity's mark of one type",
                                          response=m.MarkStatusShown, needs=_ONE)),
        _get("/proposals", api.proposals, Shape(summary="What waits for a second person",
                                                response=m.MarkProposalsShown,
                                                arguments=_PAGE)),
        _get("/proposals/{id}", api.proposal, _shape("One proposed change")),
        _post("/types", api.add_type, _shape("Propose a type", m.TypeAsked, 202)),
        _post("/grants", api.grant, _shape("Propose a mark", m.GrantAsked, 202)),
        _post("/revoke", api.revoke, Shape(summary="Take a mark back at once",
                                           request=m.RevokeAsked, response=m.GrantShown)),
        _post(f"{one.removeprefix(_BASE)}/approve", api.approve,
              _shape("Approve as the second person", m.MarkDigestSeen)),
    )
    # fmt: on


def _shape(summary: str, request: type | None = None, status: int = 200) -> Shape:
    response = messages.MarkProposalShown
    return Shape(summary=summary, request=request, response=response, status=status)


def _get(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    return Route(
        method="GET", path=f"{_BASE}{path}", endpoint=endpoint, access=_READ, shape=shape
    )


def _post(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    return Route(
        method="POST",
        path=f"{_BASE}{path}",
        endpoint=endpoint,
        access=_WRITE,
        consumes=JSON,
        idempotent=True,
        shape=shape,
    )


def _proposal(request: Request, proposal: Proposal, status: int = 200) -> Reply:
    shown = messages.mark_proposal_shown(proposal, request.person)
    return Reply.json(write_body(shown), status=status)


def _actor(request: Request) -> Actor:
    caller = request.required_caller()
    return Actor(caller.required_person(), caller.pseudonym)


def _entity(request: Request) -> EntityId | None:
    asked = request.arguments.optional("entity_id")
    return None if asked is None else EntityId(asked)


def _id(request: Request) -> ProposalId:
    try:
        return ProposalId(UUID(request.parameters["id"]))
    except ValueError as cause:
        raise errors.MarkProposalUnknown("not an id") from cause


def _digest(request: Request) -> Digest:
    seen = read_body(messages.MarkDigestSeen, request.body).digest
    try:
        return Digest(bytes.fromhex(seen))
    except ValueError as cause:
        raise BodyMalformed("body.digest: not 64 hex digits") from cause
