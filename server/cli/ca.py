"""``trusthub ca``: the list of certificate authorities."""

from typing import Final

from server.cli.acts import place, required
from server.cli.calls import BODY, Call, acts, from_file, members_of

_ID: Final = place("id", "id of the authority")

ACTS: Final = acts(
    Call(
        name="add",
        summary="propose an authority for the list (a second person approves)",
        method="POST",
        path="/ca",
        arguments=(BODY,),
        body=from_file,
    ),
    Call(name="list", summary="authorities on the list", method="GET", path="/ca"),
    Call(
        name="suspend",
        summary="take an authority off the list at once",
        method="POST",
        path="/ca/{id}/suspend",
        arguments=(_ID, required("reason", "why")),
        body=members_of("reason"),
    ),
)
