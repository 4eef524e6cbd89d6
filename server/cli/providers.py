"""``trusthub providers``: where else people can sign in."""

from typing import Final

from server.cli.acts import place, required
from server.cli.calls import BODY, PAGE, Call, acts, from_file, members_of

ACTS: Final = acts(
    Call(
        name="add",
        summary="enter an upstream provider: {slug, entity_id, kind, …, client_secret}",
        method="POST",
        path="/providers",
        arguments=(BODY,),
        body=from_file,
    ),
    Call(
        name="list",
        summary="upstream providers",
        method="GET",
        path="/providers",
        arguments=PAGE,
        query=("limit", "after"),
    ),
    Call(
        name="maintenance",
        summary='say why one is out of use and until when; "" ends it',
        method="PATCH",
        path="/providers/{slug}",
        arguments=(
            place("slug", "its short name"),
            required("maintenance", "a line for people to read"),
        ),
        body=members_of("maintenance"),
    ),
    Call(
        name="show",
        summary="one provider",
        method="GET",
        path="/providers/{slug}",
        arguments=(place("slug", "its short name"),),
    ),
)
