"""``trusthub keys``: see and rotate keys."""

from typing import Final

from server.cli.acts import place
from server.cli.calls import Call, acts, members_of

ACTS: Final = acts(
    Call(
        name="list",
        summary="every key, without its secrets",
        method="GET",
        path="/keys",
    ),
    Call(
        name="rotate",
        summary="have the worker make the next key of a purpose active",
        method="POST",
        path="/keys/rotate",
        arguments=(place("purpose", "tokens, entity, anchor, … (as `keys list` shows)"),),
        body=members_of("purpose"),
    ),
)
