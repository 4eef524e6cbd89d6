"""What operators ask and do about relying parties: each parses, calls, lays out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from idp.clients.domain import Actor, Approval, Client, ClientAction, NewSecret
from idp.clients.errors import NothingToApprove, PersonIsAnother, VersionNotNamed
from idp.clients.messages import (
    ApprovalBody,
    ClientBody,
    ClientPage,
    NewSecretReply,
    ReasonBody,
    RegistrationBody,
    client_reply,
    history_shown,
    proposal_shown,
)
from idp.clients.service import Clients, Deciding
from kernel.approval import Proposal
from kernel.ids import ClientId, ProposalId
from kernel.secret import Digest
from kernel.web import (
    BodyMalformed,
    Caller,
    FilterUnknown,
    Page,
    PageAsked,
    Reply,
    Request,
    read_body,
    write_body,
)

_ETAG: Final = re.compile(r'"([0-9]{1,9})"')
_ACCEPTED: Final = 202
_CREATED: Final = 201


@dataclass(frozen=True, slots=True)
class ClientsApi:
    """The endpoints: each parses, calls the use case, lays the answer out."""

    clients: Clients
    deciding: Deciding

    def list(self, request: Request) -> Reply:
        """List relying parties, a page at a time; or only those with what waits."""
        if waiting_is_asked(request):
            return self._queue(request)
        page = self.clients.page(PageAsked.parse(request.arguments))
        shown = tuple(client_reply(client) for client in page.rows)
        return Reply.json(write_body(ClientPage(clients=shown, next=page.next_cursor)))

    def show(self, request: Request) -> Reply:
        """Show one, with its version as ETag, and what waits for a second person."""
        client = self.clients.find(_named(request))
        try:
            return _shown(request, client, self.deciding.waiting(client.id))
        except NothingToApprove:
            return _shown(request, client)

    def history(self, request: Request) -> Reply:
        """Show what was done to one, oldest first, with before and after."""
        changes = self.clients.history(_named(request))
        return Reply.json(write_body(history_shown(changes)))

    def proposal(self, request: Request) -> Reply:
        """Show what waits for a second person: the exact change and its digest."""
        waiting = self.deciding.waiting(_named(request))
        return Reply.json(write_body(proposal_shown(waiting, request.person)))

    def register(self, request: Request) -> Reply:
        """Enter one; its secret is in this answer and in no other."""
        said, caller = read_body(RegistrationBody, request.body), request.required_caller()
        speaks_for_no_other(said.person, caller)
        new = self.clients.register(said, actor=_actor(caller), draft=said.draft)
        return _with_secret(new, _CREATED)

    def update(self, request: Request) -> Reply:
        """Replace what is said of one, at the version named in If-Match.

        202: it is live, and a second person must agree; nothing has changed yet.
        """
        said, caller = read_body(ClientBody, request.body), request.required_caller()
        speaks_for_no_other(said.person, caller)
        speaks_for_no_other(self.clients.find(_named(request)).person, caller)
        asked = version_named(request)
        outcome = self.deciding.change(_named(request), asked, said, _actor(caller))
        return _settled(request, outcome)

    def rotate_secret(self, request: Request) -> Reply:
        """Give one a new secret; it is in this answer and in no other."""
        caller, named = request.required_caller(), _named(request)
        speaks_for_no_other(self.clients.find(named).person, caller)
        return _with_secret(self.clients.rotate_secret(named, actor=_actor(caller)), 200)

    def moving(self, action: ClientAction) -> Callable[[Request], Reply]:
        """Return the endpoint that does ``action``, which takes one person."""

        def move(request: Request) -> Reply:
            said = read_body(ReasonBody, request.body)
            actor = _actor(request.required_caller())
            moved = self.clients.move(_named(request), action, said.reason, actor=actor)
            return _shown(request, moved)

        return move

    def submit(self, request: Request) -> Reply:
        """Ask that a second person approve one; it stays on trial meanwhile."""
        said, caller = read_body(ReasonBody, request.body), request.required_caller()
        client = self.deciding.submit(_named(request), said.reason, _actor(caller))
        return _shown(request, client, self.deciding.waiting(client.id))

    def enable(self, request: Request) -> Reply:
        """Let one work again: on trial at once, live when a second person agrees (202)."""
        said, caller = read_body(ReasonBody, request.body), request.required_caller()
        actor = _actor(caller)
        outcome = self.deciding.enable(_named(request), said.reason, actor)
        return _settled(request, outcome)

    def approve(self, request: Request) -> Reply:
        """Do what waits, as the second person who saw exactly that."""
        said = read_body(ApprovalBody, request.body)
        approval = Approval(
            client=_named(request),
            digest=_digest(said.digest),
            reason=said.reason,
            actor=_actor(request.required_caller()),
        )
        return _shown(request, self.deciding.approve(approval))

    def _queue(self, request: Request) -> Reply:
        asked = PageAsked.parse(request.arguments)
        after = asked.after_id()
        rows, last = self.deciding.queue(
            None if after is None else ProposalId(after), asked.limit
        )
        shown = tuple(client_reply(*row, request.person) for row in rows)
        cursor = Page(rows, None if last is None else str(last)).next_cursor
        return Reply.json(write_body(ClientPage(clients=shown, next=cursor)))


def waiting_is_asked(request: Request) -> bool:
    """Tell whether only those are wanted that have something to approve.

    Raises:
        FilterUnknown: ``waiting`` is anything but ``true``.
    """
    asked = request.arguments.optional("waiting")
    if asked not in {None, "true"}:
        reason = "waiting: true, or left out"
        raise FilterUnknown(reason)
    return asked is not None


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


def _named(request: Request) -> ClientId:
    return ClientId(request.parameters["client"])


def _actor(caller: Caller) -> Actor:
    return Actor(caller.required_person(), caller.pseudonym)


def _digest(text: str) -> Digest:
    try:
        return Digest(bytes.fromhex(text))
    except ValueError as cause:
        raise BodyMalformed("body.digest: not 64 hex digits") from cause


def _shown(
    request: Request, client: Client, waiting: Proposal | None = None, status: int = 200
) -> Reply:
    said = write_body(client_reply(client, waiting, request.person))
    reply = Reply.json(said, status)
    return reply.with_headers(("ETag", f'"{client.version}"'))


def _settled(request: Request, outcome: tuple[Client, Proposal | None]) -> Reply:
    client, waiting = outcome
    return _shown(request, client, waiting, 200 if waiting is None else _ACCEPTED)


def _with_secret(new: NewSecret, status: int) -> Reply:
    secret = None if new.secret is None else new.secret.reveal()
    told = NewSecretReply(client_secret=secret, client=client_reply(new.client))
    return Reply.json(write_body(told), status)
