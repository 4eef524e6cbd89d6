"""The routes of members and proposals."""

from dataclasses import replace
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
from kernel.web.routes import BODY_LIMIT_BYTES
from trustroot.registry import errors
from trustroot.registry import messages as m
from trustroot.registry.api.desk import Desk
from trustroot.registry.api.endpoints import MembersApi
from trustroot.registry.api.upkeep import UpkeepApi
from trustroot.registry.domain import Grounds

_READ: Final = Access(scope="members:read", role=Role.OPERATOR)
_WRITE: Final = Access(scope="members:write", role=Role.OPERATOR)
_DECIDE: Final = _WRITE.deciding()
_PROBLEMS: Final = ProblemTable(
    {
        errors.NoProbe: Problem(503, "Members of this kind cannot be checked here now."),
        errors.VersionDiffers: Problem(412, "It is another version; read it again."),
        errors.VersionMissing: Problem(428, "Say in If-Match which version you edit."),
        errors.CodeTooSoon: Problem(429, "Wait before asking for another code."),
    }
)
_FILTERS: Final = {
    "kind": "a kind of member",
    "state": "a state of the lifecycle",
    "entity_id": "every membership of this entity, the living or latest one first",
    "limit": "1 to 200",
    "after": "`next` of the page before",
}
_QUEUED: Final = {
    "state": "`open`: what can still be approved; nothing else is queued",
    "limit": "1 to 200",
    "after": "`next` of the page before",
}
_ONE: Final = "/api/v1/members/{id}"
_PROBED: Final = "The applicant's own statements are fetched and its endpoints tried."
_PROPOSAL: Final = "/api/v1/proposals/{id}"
_POLICY_BYTES: Final = 1 << 20
_POLICIES: Final = "/api/v1/registration-policies"
_POLICY_PROPOSAL: Final = "/api/v1/registration-policies/proposals/{id}"


def routes(desk: Desk) -> tuple[Route, ...]:
    """Return the table."""
    api, upkeep = MembersApi(desk), UpkeepApi(desk)
    return (
        *_reading(api),
        *_acting(api),
        *_proposing(api),
        *_keeping_up(upkeep),
        *_policies(upkeep),
    )


def _reading(api: MembersApi) -> tuple[Route, ...]:
    page = Shape(
        summary="Members, by kind and state",
        response=m.MembersShown,
        arguments=_FILTERS,
    )
    history = Shape(summary="How it came about", response=m.HistoryShown)
    waiting = Shape(summary="What waits for a second person", response=m.ProposalsShown)
    queue = Shape(
        summary="What waits for a second person, about whomever",
        response=m.ProposalsShown,
        arguments=_QUEUED,
    )
    proposal = Shape(summary="One proposed change", response=m.ProposalShown)
    return (
        _get("/api/v1/members", api.page, page),
        _get(_ONE, api.show, _member("One member")),
        _get(f"{_ONE}/history", api.history, history),
        _get(f"{_ONE}/proposals", api.proposals, waiting),
        _get("/api/v1/proposals", api.queue, queue),
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
        _route("PUT", _ONE, api.edit, _member("Edit a draft", m.ApplicationAsked)),
        _post(f"{_ONE}/submit", api.submit, _member("Hand a draft in")),
        _post(f"{_ONE}/check", api.check, checked, calls_out=_PROBED),
        _post(f"{_ONE}/cancel", api.cancel, _member("Let an applicant go", Grounds)),
        _post(f"{_ONE}/suspend", api.suspend, _member("Suspend at once", Grounds)),
        _decides(f"{_ONE}/confirm", api.confirm, _member("Confirm it", m.DigestSeen)),
    )


def _proposing(api: MembersApi) -> tuple[Route, ...]:
    taken_back = Shape(
        summary="Take back what one proposed oneself", response=m.ProposalShown
    )
    second = _member("Approve a change as the second person", m.DigestSeen)
    return (
        _post(f"{_ONE}/approve", api.approve, _proposal("Propose approval", Grounds)),
        _post(f"{_ONE}/reinstate", api.reinstate, _proposal("Propose lifting", Grounds)),
        _post(f"{_ONE}/withdraw", api.withdraw, _proposal("Propose withdrawal", Grounds)),
        _post(f"{_ONE}/change", api.change, _proposal("Propose new terms", m.ChangeAsked)),
        _decides(f"{_PROPOSAL}/approve", api.approve_proposal, second),
        _post(f"{_PROPOSAL}/cancel", api.cancel_proposal, taken_back),
    )


def _keeping_up(api: UpkeepApi) -> tuple[Route, ...]:
    evidence = Shape(summary="Its evidence", response=m.EvidencesShown)
    filed = Shape(
        summary="File evidence",
        request=m.EvidenceAsked,
        response=m.EvidenceShown,
        status=201,
    )
    watch = Shape(summary="What watching it found", response=m.WatchShown)
    contacts = Shape(summary="Its contacts", response=m.ContactsShown)
    asked = Shape(
        summary="Send a code to a contact",
        request=m.ContactAsked,
        response=m.ContactShown,
        status=202,
    )
    proven = Shape(
        summary="Prove a contact by its code", request=m.CodeTold, response=m.ContactShown
    )
    return (
        _get(f"{_ONE}/evidence", api.evidence, evidence),
        _post(f"{_ONE}/evidence", api.add_evidence, filed),
        _get(f"{_ONE}/watch", api.watch, watch),
        _get(f"{_ONE}/contacts", api.contacts, contacts),
        _post(f"{_ONE}/contacts", api.ask_contact, asked),
        _post(f"{_ONE}/contacts/prove", api.prove_contact, proven),
    )


def _policies(api: UpkeepApi) -> tuple[Route, ...]:
    listed = Shape(summary="Registration policies", response=m.PoliciesShown)
    adopted = Shape(
        summary="Adopt a registration policy as the second person",
        request=m.DigestSeen,
        response=m.PolicyShown,
    )
    proposed = _proposal("Propose a registration policy", m.PolicyAsked)
    return (
        _get(_POLICIES, api.policies, listed),
        _post(_POLICIES, api.propose_policy, proposed, limit=_POLICY_BYTES),
        _decides(f"{_POLICY_PROPOSAL}/approve", api.approve_policy, adopted),
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


def _post(
    path: str,
    endpoint: Endpoint,
    shape: Shape,
    *,
    limit: int = BODY_LIMIT_BYTES,
    calls_out: str = "",
) -> Route:
    route = _route("POST", path, endpoint, shape, limit=limit)
    return replace(route, calls_out=calls_out)


def _decides(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    """RFC 9470 §3: the second person is there, and has signed in well."""
    return replace(_post(path, endpoint, shape), access=_DECIDE)


def _route(
    method: str,
    path: str,
    endpoint: Endpoint,
    shape: Shape,
    *,
    limit: int = BODY_LIMIT_BYTES,
) -> Route:
    return Route(
        method=method,
        path=path,
        endpoint=endpoint,
        errors=_PROBLEMS,
        access=_WRITE,
        consumes=None if shape.request is None else JSON,
        body_limit_bytes=limit,
        idempotent=True,
        shape=shape,
    )
