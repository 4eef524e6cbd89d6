"""``trusthub keys``: see, rotate and distrust keys; hold ceremonies."""

from typing import Final

from server.cli.acts import option, place, required
from server.cli.calls import Call, acts, members_of
from server.cli.ceremony import CEREMONY_ACTS
from trustroot.keys.domain import Purpose, Reason

_KID: Final = place("kid", "name of the key (as `keys list` shows)")
_PURPOSES: Final = tuple(purpose.value for purpose in Purpose)
_PURPOSE: Final = place(
    "purpose", ", ".join(_PURPOSES), choices=_PURPOSES, metavar="PURPOSE"
)
_REASONS: Final = tuple(reason.value for reason in Reason)
_NOTE: Final = option("note", "what happened, for those who read it later", default="")

ACTS: Final = (
    *acts(
        Call(
            name="list",
            summary="every key, without its secrets; when it may sign, when it leaves",
            method="GET",
            path="/keys",
        ),
        Call(
            name="history",
            summary="the keys of a purpose that sign no more",
            method="GET",
            path="/keys/history",
            arguments=(_PURPOSE,),
            query=("purpose",),
        ),
        Call(
            name="rotate",
            summary="have the worker make the next key of a purpose active",
            method="POST",
            path="/keys/rotate",
            arguments=(
                _PURPOSE,
                option("name", "whose, where a purpose has keys of several names"),
                option(
                    "emergency",
                    "do not wait until the next key is known everywhere",
                    action="store_true",
                ),
                option("reason", "of an emergency", choices=_REASONS),
                _NOTE,
            ),
            body=members_of("purpose", "name", "emergency", "reason", "note"),
        ),
        Call(
            name="distrust",
            summary="take a key out of use everywhere, at once and for good",
            method="POST",
            path="/keys/distrust",
            arguments=(_KID, required("reason", "why", choices=_REASONS), _NOTE),
            body=members_of("kid", "reason", "note"),
        ),
        Call(
            name="confirm",
            summary="confirm a distrust as the second person",
            method="POST",
            path="/keys/confirm",
            arguments=(
                _KID,
                required("digest", "digest of the distrust you saw, 64 hex digits"),
            ),
            body=members_of("kid", "digest"),
        ),
    ),
    *CEREMONY_ACTS,
)
