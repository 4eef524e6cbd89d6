"""``trusthub sign-outs``: who was told of the end of sessions, and who could not be."""

from typing import Final

from server.cli.acts import option, place
from server.cli.calls import PAGE, Call, acts

_ONE: Final = (place("id", "its id"),)

ACTS: Final = acts(
    Call(
        name="list",
        summary="sign-outs, newest first",
        method="GET",
        path="/sign-outs",
        arguments=(
            option("state", "only where somebody is pending, delivered, shown or failed"),
            *PAGE,
        ),
        query=("state", "limit", "after"),
    ),
    Call(
        name="retry",
        summary="have those told again who could not be reached",
        method="POST",
        path="/sign-outs/{id}/retry",
        arguments=_ONE,
    ),
    Call(
        name="show",
        summary="one sign-out: how it went with everybody",
        method="GET",
        path="/sign-outs/{id}",
        arguments=_ONE,
    ),
)
