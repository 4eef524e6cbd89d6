"""The API's JSON about applications and sign-outs, read into values."""

from typing import Final, cast

from kernel.events import JsonValue
from portals.console.domain import differences, flat
from portals.console.domain.applications import (
    Application,
    SignOut,
    Step,
    Told,
    application_id,
    sign_out_id,
)
from portals.console.domain.values import mapping
from portals.console.messages.members import proposal
from portals.console.messages.reading import Object, listed, moment, number, text, thing

_NOT_SAID: Final = frozenset({"client_id", "state", "version", "created_at", "waiting"})


def application(body: Object) -> Application:
    """Read one application, or raise `ApiUnavailable`."""
    name = application_id(text(body, "client_id"))
    waiting = body.get("waiting")
    said = {n: v for n, v in body.items() if n not in _NOT_SAID}
    return Application(
        id=name,
        name_zh=text(body, "name_zh"),
        name_en=text(body, "name_en"),
        state=text(body, "state"),
        version=number(body, "version"),
        said=cast("dict[str, JsonValue]", said),
        waiting=proposal({"subject": f"client:{name}", **waiting})
        if isinstance(waiting, dict)
        else None,
        raw=body,
    )


def step(body: Object) -> Step:
    """Read one entry of a history, or raise `ApiUnavailable`."""
    sides = (thing(body, side) for side in ("before", "after"))
    before, after = (flat(mapping(cast("JsonValue", side))) for side in sides)
    return Step(
        version=number(body, "version"),
        action=text(body, "action"),
        state=text(body, "state"),
        reason=text(body, "reason"),
        actor=text(body, "actor"),
        at=moment(body, "at"),
        differences=differences(before, after),
    )


def sign_out(body: Object) -> SignOut:
    """Read one sign-out, or raise `ApiUnavailable`."""
    return SignOut(
        id=sign_out_id(text(body, "id")),
        reason=text(body, "reason"),
        started_at=moment(body, "started_at"),
        told=listed(body, "participants", _told),
    )


def _told(body: Object) -> Told:
    return Told(
        client=text(body, "client"),
        state=text(body, "state"),
        attempts=number(body, "attempts"),
        reason=text(body, "reason"),
        has_back_channel=body.get("has_back_channel") is True,
    )
