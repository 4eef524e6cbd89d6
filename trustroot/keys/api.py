"""Keys over the API: to be seen, rotated and distrusted."""

from dataclasses import dataclass
from typing import Final

from kernel.approval import ChangeDiffers, ProposalDecided
from kernel.secret import Digest
from kernel.web import (
    JSON,
    Access,
    BodyMalformed,
    Endpoint,
    Problem,
    ProblemTable,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    one_of,
    read_body,
    write_body,
)
from trustroot.keys import errors, messages
from trustroot.keys.domain import Actor, Purpose, Reason, Why
from trustroot.keys.ports import KeyHistory
from trustroot.keys.service import Distrusting, KeyDesk

_READ: Final = Access(scope="keys:read", role=Role.OPERATOR)
_WRITE: Final = Access(scope="keys:write", role=Role.OPERATOR)
_DECIDE: Final = _WRITE.deciding()
_PROBLEMS: Final = ProblemTable(
    {
        errors.PurposeLasts: Problem(409, "Keys of this purpose are never rotated."),
        errors.NextKeyTooFresh: Problem(
            409, "The next key has not been announced long enough; see may_sign_from."
        ),
        errors.NextKeyNotEndorsed: Problem(
            409, "The offline root has not endorsed the next key yet."
        ),
        errors.ReasonMissing: Problem(422, "Say why, for those who read this later."),
        errors.DistrustUnsupported: Problem(409, "A key of this purpose stays what it is."),
        errors.KeyDistrusted: Problem(409, "The key is distrusted already."),
        errors.NothingToConfirm: Problem(409, "No distrust of this key waits."),
        ChangeDiffers: Problem(409, "This is not what was done; look again."),
        ProposalDecided: Problem(409, "Somebody has confirmed it already."),
    }
)
_SHOWS: Final = Shape(summary="Every key, without its secrets", response=messages.KeysShown)
_HISTORY: Final = Shape(
    summary="The keys of a purpose that sign no more",
    response=messages.HistoryShown,
    needs={"purpose": f"one of {', '.join(Purpose)}"},
)
_ROTATES: Final = Shape(
    summary="Have the worker make the next key of a purpose active",
    request=messages.RotationAskedFor,
    response=messages.RotationQueued,
    status=202,
)
_DISTRUSTS: Final = Shape(
    summary="Distrust a key of ours in every process, at once",
    request=messages.DistrustAskedFor,
    response=messages.DistrustShown,
)
_CONFIRMS: Final = Shape(
    summary="Confirm a distrust as the second person",
    request=messages.DistrustSeen,
    response=messages.DistrustShown,
)


@dataclass(frozen=True, slots=True)
class KeysApi:
    """The endpoints under ``/api/v1/keys``."""

    desk: KeyDesk
    distrusting: Distrusting
    history: KeyHistory

    def show(self, _request: Request) -> Reply:
        """List the keys."""
        desk = self.desk
        said = messages.shown(desk.records(), desk.timings, desk.act_about)
        return Reply.json(write_body(said))

    def past(self, request: Request) -> Reply:
        """List the keys of one purpose that sign no more."""
        purpose = one_of(Purpose, "purpose", request.arguments.required("purpose"))
        keys = self.history.history(purpose)
        return Reply.json(write_body(messages.history_shown(purpose, keys)))

    def rotate(self, request: Request) -> Reply:
        """Ask for a rotation: 202, for the worker does it."""
        asked, actor = read_body(messages.RotationAskedFor, request.body), _actor(request)
        if asked.emergency:
            why = Why(asked.reason or Reason.UNSPECIFIED, asked.note)
            job = self.desk.ask_emergency_rotation(
                asked.purpose, why, actor, name=asked.name
            )
        else:
            job = self.desk.ask_rotation(asked.purpose, actor, name=asked.name)
        queued = messages.RotationQueued(job=job, purpose=asked.purpose)
        return Reply.json(write_body(queued), status=202)

    def distrust(self, request: Request) -> Reply:
        """Distrust a key, at once."""
        asked = read_body(messages.DistrustAskedFor, request.body)
        act = self.distrusting.distrust(asked.kid, asked.why(), _actor(request))
        return Reply.json(write_body(messages.distrust_shown(act)))

    def confirm(self, request: Request) -> Reply:
        """Confirm a distrust as the second person."""
        seen = read_body(messages.DistrustSeen, request.body)
        act = self.distrusting.confirm(seen.kid, _digest(seen.digest), _actor(request))
        return Reply.json(write_body(messages.distrust_shown(act)))


def routes(
    desk: KeyDesk, distrusting: Distrusting, history: KeyHistory
) -> tuple[Route, ...]:
    """Return the table."""
    api = KeysApi(desk, distrusting, history)
    return (
        _reads("/api/v1/keys", api.show, _SHOWS),
        _reads("/api/v1/keys/history", api.past, _HISTORY),
        _changes("/api/v1/keys/rotate", api.rotate, _ROTATES),
        _changes("/api/v1/keys/distrust", api.distrust, _DISTRUSTS),
        _changes("/api/v1/keys/confirm", api.confirm, _CONFIRMS),
    )


def _reads(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    return Route(
        method="GET",
        path=path,
        endpoint=endpoint,
        errors=_PROBLEMS,
        access=_READ,
        shape=shape,
    )


def _changes(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    return Route(
        method="POST",
        path=path,
        endpoint=endpoint,
        errors=_PROBLEMS,
        access=_DECIDE,
        consumes=JSON,
        idempotent=True,
        shape=shape,
    )


def _actor(request: Request) -> Actor:
    caller = request.required_caller()
    return Actor(caller.required_person(), caller.pseudonym)


def _digest(seen: str) -> Digest:
    try:
        return Digest(bytes.fromhex(seen))
    except ValueError as cause:
        raise BodyMalformed("body.digest: not 64 hex digits") from cause
