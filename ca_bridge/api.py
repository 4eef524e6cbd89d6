"""Machine endpoints: /api/v1/ca for operators, the signed list for everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ca_bridge.domain import Actor, Ca, CaAction, CaId
from ca_bridge.errors import CaUnknown, ProposalUnknown
from ca_bridge.messages import (
    CaBody,
    CaShown,
    CasShown,
    DigestSeen,
    ProposalShown,
    ReasonBody,
    ca_shown,
    proposal_shown,
)
from ca_bridge.service import Approval, Authorities, Deciding, ListPublication
from kernel.approval import Proposal
from kernel.ids import ProposalId
from kernel.secret import Digest
from kernel.web import (
    JSON,
    Access,
    BodyMalformed,
    Endpoint,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    read_body,
    write_body,
)

READ: Final = Access(scope="ca:read")
WRITE: Final = Access(scope="ca:write", role=Role.OPERATOR)
LIST_TYPE: Final = "application/jose"
_PATH: Final = "/api/v1/ca"
_PROPOSAL: Final = f"{_PATH}/proposals/{{id}}"
_BODY_LIMIT_BYTES: Final = 262_144


@dataclass(frozen=True, slots=True)
class CaApi:
    """The endpoints: each parses, calls the use case, lays the answer out."""

    authorities: Authorities
    deciding: Deciding
    publication: ListPublication

    def list(self, _request: Request) -> Reply:
        """List every authority that was ever approved."""
        shown = tuple(ca_shown(ca) for ca in self.authorities.all())
        return Reply.json(write_body(CasShown(authorities=shown)))

    def show(self, request: Request) -> Reply:
        """Show one."""
        return _shown(self.authorities.find(_ca(request)))

    def add(self, request: Request) -> Reply:
        """Propose to add one: 202, it waits for a second person."""
        body = read_body(CaBody, request.body)
        return _proposed(self.deciding.propose_new(body, _actor(request)))

    def suspend(self, request: Request) -> Reply:
        """Suspend one, at once."""
        reason = read_body(ReasonBody, request.body).reason
        return _shown(self.deciding.suspend(_ca(request), reason, _actor(request)))

    def proposing(self, action: CaAction) -> Callable[[Request], Reply]:
        """Return the endpoint that proposes ``action``."""

        def propose(request: Request) -> Reply:
            reason = read_body(ReasonBody, request.body).reason
            actor = _actor(request)
            return _proposed(self.deciding.propose(_ca(request), action, reason, actor))

        return propose

    def proposal(self, request: Request) -> Reply:
        """Show a proposal: the exact change and its digest."""
        return _proposed(self.deciding.find(_proposal(request)), 200)

    def approve(self, request: Request) -> Reply:
        """Do what was proposed, as the second person."""
        approval = Approval(
            proposal=_proposal(request), digest=_digest(request), actor=_actor(request)
        )
        return _shown(self.deciding.approve(approval))

    def signed_list(self, _request: Request) -> Reply:
        """Hand out the signed list of authorities (a compact JWS)."""
        token = self.publication.current().encode()
        return Reply.content(token, LIST_TYPE, (("Cache-Control", "max-age=1"),))


def routes(
    authorities: Authorities, deciding: Deciding, publication: ListPublication
) -> tuple[Route, ...]:
    """Return the table of this room."""
    api = CaApi(authorities, deciding, publication)
    one = f"{_PATH}/{{id}}"
    reinstate = api.proposing(CaAction.REINSTATE)
    withdraw = api.proposing(CaAction.WITHDRAW)
    return (
        Route(method="GET", path="/trust/ca/list.jws", endpoint=api.signed_list),
        _read(_PATH, api.list, "List certificate authorities", CasShown),
        _write(_PATH, api.add, "Propose to add an authority", CaBody, ProposalShown),
        _read(_PROPOSAL, api.proposal, "Show a proposal", ProposalShown),
        _write(
            f"{_PROPOSAL}/approve", api.approve, "Approve a proposal", DigestSeen, CaShown
        ),
        _read(one, api.show, "Show an authority", CaShown),
        _write(f"{one}/suspend", api.suspend, "Suspend an authority", ReasonBody, CaShown),
        _write(
            f"{one}/reinstate",
            reinstate,
            "Propose to lift a suspension",
            ReasonBody,
            ProposalShown,
        ),
        _write(
            f"{one}/withdraw", withdraw, "Propose to withdraw", ReasonBody, ProposalShown
        ),
    )


def _read(path: str, endpoint: Endpoint, summary: str, response: type) -> Route:
    shape = Shape(summary=summary, response=response)
    return Route(method="GET", path=path, endpoint=endpoint, access=READ, shape=shape)


def _write(
    path: str, endpoint: Endpoint, summary: str, body: type, response: type
) -> Route:
    status = 202 if response is ProposalShown else 200
    return Route(
        method="POST",
        path=path,
        endpoint=endpoint,
        access=WRITE,
        consumes=JSON,
        idempotent=True,
        body_limit_bytes=_BODY_LIMIT_BYTES,
        shape=Shape(summary=summary, request=body, response=response, status=status),
    )


def _shown(ca: Ca) -> Reply:
    reply = Reply.json(write_body(ca_shown(ca)))
    return reply.with_headers(("ETag", f'"{ca.version}"'))


def _proposed(proposal: Proposal, status: int = 202) -> Reply:
    return Reply.json(write_body(proposal_shown(proposal)), status)


def _actor(request: Request) -> Actor:
    caller = request.required_caller()
    return Actor(caller.required_person(), caller.pseudonym)


def _ca(request: Request) -> CaId:
    try:
        return CaId(UUID(request.parameters["id"]))
    except ValueError as cause:
        raise CaUnknown("not an id") from cause


def _proposal(request: Request) -> ProposalId:
    try:
        return ProposalId(UUID(request.parameters["id"]))
    except ValueError as cause:
        raise ProposalUnknown("not an id") from cause


def _digest(request: Request) -> Digest:
    seen = read_body(DigestSeen, request.body).digest
    try:
        return Digest(bytes.fromhex(seen))
    except ValueError as cause:
        raise BodyMalformed("body.digest: not 64 hex digits") from cause
