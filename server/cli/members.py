"""``trusthub members``: the register, by one or two persons."""

from typing import Final

from server.cli.acts import Argument, option, place, required
from server.cli.calls import BODY, PAGE, Body, Call, acts, from_file, members_of

_ONE: Final = place("id", "id of the member")
_GROUNDS: Final = (
    _ONE,
    required("reason", "why"),
    required("basis", "legal basis"),
    option("proportionality", "why nothing less would do"),
)
_SECOND: Final = (
    place("id", "id of the proposal"),
    required("digest", "digest of the change you saw, 64 hex digits"),
)
_SAID: Final = members_of("reason", "basis", "proportionality")
_SEEN: Final = members_of("digest")


def _post(
    name: str, summary: str, arguments: tuple[Argument, ...], body: Body | None = None
) -> Call:
    return Call(
        name=name,
        summary=summary,
        method="POST",
        path=f"/members/{{id}}/{name}",
        arguments=arguments,
        body=body,
    )


ACTS: Final = acts(
    Call(
        name="apply",
        summary="open a draft from an application",
        method="POST",
        path="/members",
        arguments=(BODY,),
        body=from_file,
    ),
    _post("submit", "hand a draft in", (_ONE,)),
    Call(
        name="check",
        summary="check an applicant technically",
        method="POST",
        path="/members/{id}/check",
        arguments=(_ONE,),
        refusal_is_answer=True,
    ),
    _post("approve", "propose to approve (a second person accepts)", _GROUNDS, _SAID),
    _post("suspend", "suspend at once", _GROUNDS, _SAID),
    _post(
        "confirm",
        "confirm a suspension as the second person",
        (_ONE, required("digest", "digest of the suspension you saw")),
        _SEEN,
    ),
    _post("reinstate", "propose to lift a suspension", _GROUNDS, _SAID),
    _post("withdraw", "propose to withdraw for good", _GROUNDS, _SAID),
    _post("cancel", "let an applicant go", _GROUNDS, _SAID),
    Call(
        name="change",
        summary="propose other terms: {terms, grounds}",
        method="POST",
        path="/members/{id}/change",
        arguments=(_ONE, BODY),
        body=from_file,
    ),
    Call(
        name="proposals",
        summary="what waits for a second person",
        method="GET",
        path="/members/{id}/proposals",
        arguments=(_ONE,),
    ),
    Call(
        name="proposal",
        summary="one proposal: the exact change and its digest",
        method="GET",
        path="/proposals/{id}",
        arguments=(place("id", "id of the proposal"),),
    ),
    Call(
        name="accept",
        summary="do what was proposed, as the second person",
        method="POST",
        path="/proposals/{id}/approve",
        arguments=_SECOND,
        body=_SEEN,
    ),
    Call(
        name="list",
        summary="members, by kind and state",
        method="GET",
        path="/members",
        arguments=(option("kind", "kind of member"), option("state", "state"), *PAGE),
        query=("kind", "state", "limit", "after"),
    ),
    Call(
        name="show",
        summary="one member",
        method="GET",
        path="/members/{id}",
        arguments=(_ONE,),
    ),
    Call(
        name="history",
        summary="how a member came to be what it is",
        method="GET",
        path="/members/{id}/history",
        arguments=(_ONE,),
    ),
)
