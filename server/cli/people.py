"""``trusthub people``: people, organisations and mandates."""

import argparse
import getpass
from typing import Final

from server.cli import people_import
from server.cli.acts import option, place, required
from server.cli.calls import PAGE, Call, acts, members_of

_ONE: Final = place("id", "id of the person")
_REASON: Final = (_ONE, required("reason", "why; kept in the record"))


def _person(arguments: argparse.Namespace) -> object:
    """Return the body of a new person; a password is asked for, never an argument."""
    said = members_of("name", "kind", "username")(arguments)
    if not isinstance(said, dict):
        raise TypeError(type(said))
    if arguments.role:
        said["roles"] = arguments.role
    if arguments.ask_password:
        said["password"] = getpass.getpass("First password: ")
    return said


_PEOPLE: Final = acts(
    Call(
        name="create",
        summary="make somebody known at level 1",
        method="POST",
        path="/people",
        arguments=(
            required("name", "name as on the document"),
            option("kind", "natural, or as the API lists"),
            option("username", "name to sign in with"),
            option(
                "role",
                "operator, auditor or window; may be repeated",
                action="append",
                choices=("operator", "auditor", "window"),
            ),
            option("ask-password", "ask for a first password", action="store_true"),
        ),
        body=_person,
    ),
    Call(
        name="show",
        summary="one person",
        method="GET",
        path="/people/{id}",
        arguments=(_ONE,),
    ),
    Call(
        name="list",
        summary="people, without names",
        method="GET",
        path="/people",
        arguments=PAGE,
        query=("limit", "after"),
    ),
    Call(
        name="disable",
        summary="take somebody's standing away; their sessions end",
        method="POST",
        path="/people/{id}/disable",
        arguments=_REASON,
        body=members_of("reason"),
    ),
    Call(
        name="enable",
        summary="give somebody's standing back",
        method="POST",
        path="/people/{id}/enable",
        arguments=_REASON,
        body=members_of("reason"),
    ),
    Call(
        name="organisations",
        summary="organisations",
        method="GET",
        path="/organisations",
        arguments=PAGE,
        query=("limit", "after"),
    ),
    Call(
        name="add-organisation",
        summary="put an organisation on record",
        method="POST",
        path="/organisations",
        arguments=(required("name", "its name"), required("uscc", "统一社会信用代码")),
        body=members_of("name", "uscc"),
    ),
    Call(
        name="give-mandate",
        summary="let somebody act for an organisation",
        method="POST",
        path="/mandates",
        arguments=(
            required("person", "id of the person"),
            required("organisation", "id of the organisation"),
            required("role", "role, as the API lists"),
            option("until", "end, RFC 3339"),
        ),
        body=members_of("person", "organisation", "role", "until"),
    ),
    Call(
        name="revoke-mandate",
        summary="let a mandate end now",
        method="DELETE",
        path="/mandates/{id}",
        arguments=(place("id", "id of the mandate"),),
    ),
)

ACTS: Final = (*_PEOPLE, *people_import.ACTS)
