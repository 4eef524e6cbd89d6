"""``trusthub ca``: the list of certificate authorities."""

from typing import Final

from server.cli.acts import place, required
from server.cli.calls import BODY, Call, acts, from_file, members_of

_ID: Final = place("id", "id of the authority")


def _acted(name: str, summary: str) -> Call:
    return Call(
        name=name,
        summary=summary,
        method="POST",
        path=f"/ca/{{id}}/{name}",
        arguments=(_ID, required("reason", "why")),
        body=members_of("reason"),
    )


ACTS: Final = acts(
    Call(
        name="add",
        summary="propose an authority for the list (a second person approves)",
        method="POST",
        path="/ca",
        arguments=(BODY,),
        body=from_file,
    ),
    Call(
        name="accept",
        summary="do what was proposed, as the second person",
        method="POST",
        path="/ca/proposals/{id}/approve",
        arguments=(
            place("id", "id of the proposal"),
            required("digest", "digest of the change you saw, 64 hex digits"),
        ),
        body=members_of("digest"),
    ),
    Call(
        name="proposal",
        summary="one proposal: the exact change and its digest",
        method="GET",
        path="/ca/proposals/{id}",
        arguments=(place("id", "id of the proposal"),),
    ),
    Call(name="list", summary="authorities on the list", method="GET", path="/ca"),
    Call(
        name="show",
        summary="one authority",
        method="GET",
        path="/ca/{id}",
        arguments=(_ID,),
    ),
    _acted("reinstate", "propose to lift a suspension"),
    _acted("withdraw", "propose to withdraw for good"),
    _acted("suspend", "take an authority off the list at once"),
)
