"""Machine endpoints: /realname/v1 for platforms, /api/v1/realname for operators."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kernel.ids import ProposalId
from kernel.secret import Digest, Secret
from kernel.web import (
    JSON,
    Access,
    AccessDenied,
    BodyMalformed,
    Problem,
    ProblemTable,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    read_body,
    write_body,
)
from realname.domain import VerificationId
from realname.errors import AttemptsExhausted, ReceiptUnknown, WindowRecordUnknown
from realname.messages import (
    DigestSeen,
    Receipt,
    VerificationAsked,
    WindowRecordBody,
    WindowRecordShown,
    receipt_of,
    shown,
)
from realname.service import Approving, Operator, Proposing, RealName

WRITE: Final = Access(scope="realname:write")
READ: Final = Access(scope="realname:read")
_WINDOW: Final = "/api/v1/realname/window-records"
_AT_A_WINDOW: Final = frozenset({Role.WINDOW, Role.OPERATOR})
_PROBLEMS: Final = ProblemTable(
    {AttemptsExhausted: Problem(429, "Too many checks today.", (("Retry-After", "3600"),))}
)


@dataclass(frozen=True, slots=True)
class RealNameApi:
    """The endpoints: each parses, calls the use case, lays the answer out."""

    real_name: RealName
    proposing: Proposing
    approving: Approving

    def verify(self, request: Request) -> Reply:
        """Compare a name and a number for another platform."""
        asked = read_body(VerificationAsked, request.body)
        client = request.required_caller().client
        made = self.real_name.verify_for_client(
            client, asked.name, Secret(asked.number), basis=asked.basis
        )
        return Reply.json(write_body(receipt_of(made)), 201)

    def receipt(self, request: Request) -> Reply:
        """Show the receipt of a check to the platform that asked."""
        client = request.required_caller().client
        identifier = _uuid(request, ReceiptUnknown)
        found = self.real_name.receipt(VerificationId(identifier), client)
        return Reply.json(write_body(receipt_of(found)))

    def propose(self, request: Request) -> Reply:
        """Enter a proofing at a window: 202, it waits for a second person."""
        operator = _operator(request)
        body = read_body(WindowRecordBody, request.body)
        return self._shown(self.proposing(body, operator).id, operator, 202)

    def show(self, request: Request) -> Reply:
        """Show a record as its second person must see it."""
        operator = _operator(request)
        return self._shown(_record(request), operator)

    def approve(self, request: Request) -> Reply:
        """Carry a record out as the second person."""
        operator, identifier = _operator(request), _record(request)
        self.approving(identifier, _digest(request), operator)
        return self._shown(identifier, operator)

    def _shown(
        self, identifier: ProposalId, operator: Operator, status: int = 200
    ) -> Reply:
        proposal, record, person = self.approving.show(identifier, operator)
        return Reply.json(write_body(shown(proposal, record, person)), status)


def routes(
    real_name: RealName, proposing: Proposing, approving: Approving
) -> tuple[Route, ...]:
    """Return the table of this room."""
    api = RealNameApi(real_name, proposing, approving)
    return (*_platform_routes(api), *_window_routes(api))


def _platform_routes(api: RealNameApi) -> tuple[Route, ...]:
    return (
        Route(
            method="POST",
            path="/realname/v1/verifications",
            endpoint=api.verify,
            access=WRITE,
            consumes=JSON,
            errors=_PROBLEMS,
            shape=Shape(
                summary="Compare a name and a number",
                request=VerificationAsked,
                response=Receipt,
                status=201,
            ),
        ),
        Route(
            method="GET",
            path="/realname/v1/receipts/{id}",
            endpoint=api.receipt,
            access=WRITE,
            errors=_PROBLEMS,
            shape=Shape(summary="Show the receipt of a check", response=Receipt),
        ),
    )


def _window_routes(api: RealNameApi) -> tuple[Route, ...]:
    return (
        Route(
            method="POST",
            path=_WINDOW,
            endpoint=api.propose,
            access=WRITE,
            consumes=JSON,
            idempotent=True,
            errors=_PROBLEMS,
            shape=Shape(
                summary="Enter a proofing at a window",
                request=WindowRecordBody,
                response=WindowRecordShown,
                status=202,
            ),
        ),
        Route(
            method="GET",
            path=f"{_WINDOW}/{{id}}",
            endpoint=api.show,
            access=READ,
            errors=_PROBLEMS,
            shape=Shape(summary="Show a window record", response=WindowRecordShown),
        ),
        Route(
            method="POST",
            path=f"{_WINDOW}/{{id}}/approve",
            endpoint=api.approve,
            access=WRITE,
            consumes=JSON,
            idempotent=True,
            errors=_PROBLEMS,
            shape=Shape(
                summary="Carry a window record out as the second person",
                request=DigestSeen,
                response=WindowRecordShown,
            ),
        ),
    )


def _operator(request: Request) -> Operator:
    """Require somebody who works at a window, or an operator.

    Raises:
        AccessDenied: the person behind the token has neither role.
    """
    caller = request.required_caller()
    if not caller.roles & _AT_A_WINDOW:
        raise AccessDenied("role")
    return Operator(caller.required_person(), caller.pseudonym)


def _record(request: Request) -> ProposalId:
    return ProposalId(_uuid(request, WindowRecordUnknown))


def _uuid(request: Request, unknown: type[ReceiptUnknown | WindowRecordUnknown]) -> UUID:
    try:
        return UUID(request.parameters["id"])
    except ValueError as cause:
        raise unknown("not an id") from cause


def _digest(request: Request) -> Digest:
    seen = read_body(DigestSeen, request.body).digest
    try:
        return Digest(bytes.fromhex(seen))
    except ValueError as cause:
        raise BodyMalformed("body.digest: not 64 hex digits") from cause
