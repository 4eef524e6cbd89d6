"""The routes of members and proposals."""

from typing import Final

from kernel.web import (
    JSON,
    Access,
    Endpoint,
    Problem,
    ProblemTable,
    Role,
    Route,
    Shape,
)
from trustroot.registry import errors
from trustroot.registry import messages as m
from trustroot.registry.api.endpoints import MembersApi
from trustroot.registry.domain import Grounds
from trustroot.registry.service import Applying, Deciding, Registry, Suspending

_READ: Final = Access(scope="members:read", role=Role.OPERATOR)
_WRITE: Final = Access(scope="members:write", role=Role.OPERATOR)
_PROBLEMS: Final = ProblemTable(
    {errors.NoProbe: Problem(503, "Members of this kind cannot be checked here now.")}
)
_FILTERS: Final = {
    "kind": "a kind of member",
    "state": "a state of the lifecycle",
    "limit": "1 to 200",
    "after": "`next` of the page before",
}
_ONE: Final = "/api/v1/members/{id}"
_PROPOSAL: Final = "/api/v1/proposals/{id}"


def routes(
    registry: Registry, applying: Applying, deciding: Deciding, suspending: Suspending
) -> tuple[Route, ...]:
    """Return the table."""
    api = MembersApi(registry, applying, deciding, suspending)
    return (*_reading(api), *_acting(api), *_proposing(api))


def _reading(api: MembersApi) -> tuple[Route, ...]:
    page = Shape(
        summary="Members, by kind and state",
        response=m.MembersShown,
        arguments=_FILTERS,
    )
    history = Shape(summary="How it came about", response=m.HistoryShown)
    waiting = Shape(summary="What waits for a second person", response=m.ProposalsShown)
    proposal = Shape(summary="One proposed change", response=m.ProposalShown)
    return (
        _get("/api/v1/members", api.page, page),
        _get(_ONE, api.show, _member("One member")),
        _get(f"{_ONE}/history", api.history, history),
        _get(f"{_ONE}/proposals", api.proposals, waiting),
        _get(_PROPOSAL, api.proposal, proposal),
    )


def _acting(api: MembersApi) -> tuple[Route, ...]:
    opened = Shape(
        summary="Open a draft",
        request=m.ApplicationAsked,
        response=m.MemberShown,
        status=201,
    )
    checked = Shape(summary="Check it technically", response=m.CheckShown)
    return (
        _post("/api/v1/members", api.apply, opened),
        _post(f"{_ONE}/submit", api.submit, _member("Hand a draft in")),
        _post(f"{_ONE}/check", api.check, checked),
        _post(f"{_ONE}/cancel", api.cancel, _member("Let an applicant go", Grounds)),
        _post(f"{_ONE}/suspend", api.suspend, _member("Suspend at once", Grounds)),
        _post(f"{_ONE}/confirm", api.confirm, _member("Confirm it", m.DigestSeen)),
    )


def _proposing(api: MembersApi) -> tuple[Route, ...]:
    second = _member("Approve a change as the second person", m.DigestSeen)
    return (
        _post(f"{_ONE}/approve", api.approve, _proposal("Propose approval", Grounds)),
        _post(f"{_ONE}/reinstate", api.reinstate, _proposal("Propose lifting", Grounds)),
        _post(f"{_ONE}/withdraw", api.withdraw, _proposal("Propose withdrawal", Grounds)),
        _post(f"{_ONE}/change", api.change, _proposal("Propose new terms", m.ChangeAsked)),
        _post(f"{_PROPOSAL}/approve", api.approve_proposal, second),
    )


def _member(summary: str, request: type | None = None) -> Shape:
    return Shape(summary=summary, request=request, response=m.MemberShown)


def _proposal(summary: str, request: type) -> Shape:
    return Shape(summary=summary, request=request, response=m.ProposalShown, status=202)


def _get(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    return Route(
        method="GET",
        path=path,
        endpoint=endpoint,
        errors=_PROBLEMS,
        access=_READ,
        shape=shape,
    )


def _post(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    return Route(
        method="POST",
        path=path,
        endpoint=endpoint,
        errors=_PROBLEMS,
        access=_WRITE,
        consumes=None if shape.request is None else JSON,
        idempotent=True,
        shape=shape,
    )
