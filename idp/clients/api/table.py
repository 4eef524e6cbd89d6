"""The table of this room's endpoints: /api/v1/clients and /api/v1/trial-people."""

from dataclasses import replace
from typing import Final

from idp.clients.api.clients import ClientsApi
from idp.clients.api.pictures import PicturesApi
from idp.clients.api.trial import TrialApi
from idp.clients.domain import PICTURES_PATH, ClientAction
from idp.clients.errors import AlgorithmNotOffered, ClientMoved, VersionNotNamed
from idp.clients.messages import (
    ApprovalBody,
    ClientBody,
    ClientPage,
    ClientReply,
    HistoryShown,
    NewSecretReply,
    PicturesShown,
    ProposalShown,
    ReasonBody,
    RegistrationBody,
    TrialPeopleShown,
    TrialPersonBody,
)
from idp.clients.service import Clients, Deciding, Pictures, TrialList
from kernel.web import JSON, Access, Endpoint, Problem, ProblemTable, Role, Route, Shape

READ: Final = Access(scope="clients:read")
WRITE: Final = Access(scope="clients:write", role=Role.OPERATOR)
DECIDE: Final = WRITE.deciding()
_PATH: Final = "/api/v1/clients"
_ONE: Final = f"{_PATH}/{{client}}"
_TRIAL: Final = "/api/v1/trial-people"
_PROBLEMS: Final = ProblemTable(
    {
        AlgorithmNotOffered: Problem(
            400, "Tokens are not signed by this algorithm here; the metadata says by which."
        ),
        ClientMoved: Problem(412, "The record has changed; read it again."),
        VersionNotNamed: Problem(428, "Name the version you saw in If-Match."),
    }
)
_BY_ONE: Final = (
    (ClientAction.OPEN, "Take a draft into the sandbox"),
    (ClientAction.RETURN, "Send it back to the sandbox"),
    (ClientAction.ACTIVATE, "Let it live, after approval"),
    (ClientAction.DISABLE, "Disable a relying party"),
    (ClientAction.RETIRE, "Retire a relying party"),
)
"""Acts of one person."""
_FILTERS: Final = {
    "waiting": "`true`: only those with something a second person can still approve, "
    "what was proposed first in front",
    "limit": "1 to 200",
    "after": "`next` of the page before",
}
_PICTURE_READ: Final = "The address of the picture is asked, unless it was read before."
_DECIDED: Final = frozenset({ClientAction.RETIRE})
"""Of those, what nobody can undo."""


def routes(
    clients: Clients, deciding: Deciding, trial: TrialList, pictures: Pictures
) -> tuple[Route, ...]:
    """Return the table of this room."""
    api, people = ClientsApi(clients, deciding), TrialApi(trial)
    return (
        _listed(api),
        _post(
            _PATH,
            api.register,
            Shape(
                summary="Register a relying party",
                request=RegistrationBody,
                response=NewSecretReply,
                status=201,
            ),
        ),
        _get(_ONE, api.show, "Show a relying party", ClientReply),
        _put(_ONE, api.update),
        _get(f"{_ONE}/history", api.history, "What was done to it", HistoryShown),
        _get(f"{_ONE}/proposal", api.proposal, "What waits", ProposalShown),
        _post(
            f"{_ONE}/rotate-secret",
            api.rotate_secret,
            Shape(summary="Give it a new secret", response=NewSecretReply),
        ),
        *(_moving(action, api, summary) for action, summary in _BY_ONE),
        _reasoned("submit", api.submit, "Ask for its approval"),
        _reasoned("enable", api.enable, "Let it work again"),
        _decides(
            _post(
                f"{_ONE}/approve",
                api.approve,
                Shape(
                    summary="Approve what waits",
                    request=ApprovalBody,
                    response=ClientReply,
                ),
            )
        ),
        *_of_trial(people),
        *_of_pictures(PicturesApi(pictures, clients, deciding)),
    )


def _listed(api: ClientsApi) -> Route:
    route = _get(_PATH, api.list, "List relying parties", ClientPage)
    shape = Shape(summary="List relying parties", response=ClientPage, arguments=_FILTERS)
    return replace(route, shape=shape)


def _of_trial(api: TrialApi) -> tuple[Route, ...]:
    entered = Shape(
        summary="Enter a test person", request=TrialPersonBody, response=TrialPeopleShown
    )
    removed = Shape(summary="Take a test person off", response=TrialPeopleShown)
    return (
        _get(_TRIAL, api.list, "List test people", TrialPeopleShown),
        _post(_TRIAL, api.enter, entered),
        _post(f"{_TRIAL}/{{person}}/remove", api.remove, removed),
    )


def _of_pictures(api: PicturesApi) -> tuple[Route, ...]:
    path = f"{_ONE}/pictures"
    shape = Shape(summary="Read the picture at its logo_uri", response=PicturesShown)
    return (
        _get(path, api.show, "The pictures kept for it", PicturesShown),
        replace(_post(path, api.read, shape), calls_out=_PICTURE_READ),
        Route(
            method="GET",
            path=f"{PICTURES_PATH}/{{digest}}",
            endpoint=api.serve,
            errors=_PROBLEMS,
        ),
    )


def _get(path: str, endpoint: Endpoint, summary: str, response: type) -> Route:
    return Route(
        method="GET",
        path=path,
        endpoint=endpoint,
        access=READ,
        errors=_PROBLEMS,
        shape=Shape(summary=summary, response=response),
    )


def _put(path: str, endpoint: Endpoint) -> Route:
    return Route(
        method="PUT",
        path=path,
        endpoint=endpoint,
        access=WRITE,
        consumes=JSON,
        idempotent=True,
        errors=_PROBLEMS,
        shape=Shape(
            summary="Replace a relying party's record",
            request=ClientBody,
            response=ClientReply,
        ),
    )


def _moving(action: ClientAction, api: ClientsApi, summary: str) -> Route:
    route = _reasoned(action.value, api.moving(action), summary)
    return _decides(route) if action in _DECIDED else route


def _decides(route: Route) -> Route:
    """RFC 9470 §3: whoever decides is there, and has signed in well."""
    return replace(route, access=DECIDE)


def _reasoned(name: str, endpoint: Endpoint, summary: str) -> Route:
    shape = Shape(summary=summary, request=ReasonBody, response=ClientReply)
    return _post(f"{_ONE}/{name}", endpoint, shape)


def _post(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    if shape.request is None:
        return Route(
            method="POST",
            path=path,
            endpoint=endpoint,
            access=WRITE,
            idempotent=True,
            errors=_PROBLEMS,
            shape=shape,
        )
    return Route(
        method="POST",
        path=path,
        endpoint=endpoint,
        access=WRITE,
        consumes=JSON,
        idempotent=True,
        errors=_PROBLEMS,
        shape=shape,
    )
