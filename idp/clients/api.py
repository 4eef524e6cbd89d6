"""Relying parties over the API: /api/v1/clients."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from idp.clients.domain import Client, ClientAction, NewSecret
from idp.clients.errors import ClientMoved, PersonIsAnother, VersionNotNamed
from idp.clients.messages import (
    ClientBody,
    ClientPage,
    ClientReply,
    NewSecretReply,
    ReasonBody,
    client_reply,
)
from idp.clients.service import Clients
from kernel.ids import ClientId
from kernel.web import (
    JSON,
    Access,
    Caller,
    PageAsked,
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

READ: Final = Access(scope="clients:read")
WRITE: Final = Access(scope="clients:write", role=Role.OPERATOR)
_PATH: Final = "/api/v1/clients"
_ETAG: Final = re.compile(r'"([0-9]{1,9})"')
_PROBLEMS: Final = ProblemTable(
    {
        ClientMoved: Problem(412, "The record has changed; read it again."),
        VersionNotNamed: Problem(428, "Name the version you saw in If-Match."),
    }
)


@dataclass(frozen=True, slots=True)
class ClientsApi:
    """The endpoints: each parses, calls the use case, lays the answer out."""

    clients: Clients

    def list(self, request: Request) -> Reply:
        """List relying parties, a page at a time."""
        page = self.clients.page(PageAsked.parse(request.arguments))
        shown = tuple(client_reply(client) for client in page.rows)
        return Reply.json(write_body(ClientPage(clients=shown, next=page.next_cursor)))

    def show(self, request: Request) -> Reply:
        """Show one, with its version as ETag."""
        return _shown(self.clients.find(_named(request)))

    def register(self, request: Request) -> Reply:
        """Enter one; its secret is in this answer and in no other."""
        said, caller = read_body(ClientBody, request.body), request.required_caller()
        speaks_for_no_other(said.person, caller)
        return _with_secret(self.clients.register(said, actor=caller.pseudonym), 201)

    def update(self, request: Request) -> Reply:
        """Replace what is said of one, at the version named in If-Match."""
        said, caller = read_body(ClientBody, request.body), request.required_caller()
        speaks_for_no_other(said.person, caller)
        speaks_for_no_other(self.clients.find(_named(request)).person, caller)
        changed = self.clients.update(
            _named(request), version_named(request), said, actor=caller.pseudonym
        )
        return _shown(changed)

    def rotate_secret(self, request: Request) -> Reply:
        """Give one a new secret; it is in this answer and in no other."""
        caller, named = request.required_caller(), _named(request)
        speaks_for_no_other(self.clients.find(named).person, caller)
        return _with_secret(self.clients.rotate_secret(named, actor=caller.pseudonym), 200)

    def moving(self, action: ClientAction) -> Callable[[Request], Reply]:
        """Return the endpoint that does ``action``."""

        def move(request: Request) -> Reply:
            said = read_body(ReasonBody, request.body)
            actor = request.required_caller().pseudonym
            moved = self.clients.move(_named(request), action, said.reason, actor=actor)
            return _shown(moved)

        return move


def speaks_for_no_other(person: UUID | None, caller: Caller) -> None:
    """Four eyes: with a secret of a client that speaks for another, one would be two.

    Raises:
        PersonIsAnother: such a client is its own person's to enter and to change.
    """
    if person not in (None, caller.person):
        raise PersonIsAnother


def version_named(request: Request) -> int:
    """RFC 9110 §13.1.1, RFC 6585 §3: a change says which version it is about.

    Raises:
        VersionNotNamed: no ``If-Match``, or not one of our entity tags.
    """
    tag = _ETAG.fullmatch(request.headers.get("if-match", ""))
    if tag is None:
        raise VersionNotNamed
    return int(tag.group(1))


def routes(clients: Clients) -> tuple[Route, ...]:
    """Return the table of this room."""
    api = ClientsApi(clients)
    one = f"{_PATH}/{{client}}"
    return (
        Route(
            method="GET",
            path=_PATH,
            endpoint=api.list,
            access=READ,
            errors=_PROBLEMS,
            shape=Shape(summary="List relying parties", response=ClientPage),
        ),
        Route(
            method="POST",
            path=_PATH,
            endpoint=api.register,
            access=WRITE,
            consumes=JSON,
            idempotent=True,
            errors=_PROBLEMS,
            shape=Shape(
                summary="Register a relying party",
                request=ClientBody,
                response=NewSecretReply,
                status=201,
            ),
        ),
        Route(
            method="GET",
            path=one,
            endpoint=api.show,
            access=READ,
            errors=_PROBLEMS,
            shape=Shape(summary="Show a relying party", response=ClientReply),
        ),
        Route(
            method="PUT",
            path=one,
            endpoint=api.update,
            access=WRITE,
            consumes=JSON,
            idempotent=True,
            errors=_PROBLEMS,
            shape=Shape(
                summary="Replace a relying party's record",
                request=ClientBody,
                response=ClientReply,
            ),
        ),
        Route(
            method="POST",
            path=f"{one}/rotate-secret",
            endpoint=api.rotate_secret,
            access=WRITE,
            idempotent=True,
            errors=_PROBLEMS,
            shape=Shape(summary="Give it a new secret", response=NewSecretReply),
        ),
        *(_move(api, one, action) for action in ClientAction),
    )


def _move(api: ClientsApi, one: str, action: ClientAction) -> Route:
    return Route(
        method="POST",
        path=f"{one}/{action.value}",
        endpoint=api.moving(action),
        access=WRITE,
        consumes=JSON,
        idempotent=True,
        errors=_PROBLEMS,
        shape=Shape(
            summary=f"{action.value.capitalize()} a relying party",
            request=ReasonBody,
            response=ClientReply,
        ),
    )


def _named(request: Request) -> ClientId:
    return ClientId(request.parameters["client"])


def _shown(client: Client, status: int = 200) -> Reply:
    reply = Reply.json(write_body(client_reply(client)), status)
    return reply.with_headers(("ETag", f'"{client.version}"'))


def _with_secret(new: NewSecret, status: int) -> Reply:
    secret = None if new.secret is None else new.secret.reveal()
    told = NewSecretReply(client_secret=secret, client=client_reply(new.client))
    return Reply.json(write_body(told), status)
