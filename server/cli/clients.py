"""``trusthub clients``: applications that sign people in here."""

import argparse
from typing import Final

from server.cli.acts import Act, place, required
from server.cli.calls import BODY, CONTEXT, PAGE, Call, acts, from_file, members_of
from server.cli.clients_engineers import FOR_ENGINEERS
from server.cli.outcome import Answer
from server.contexts.api import Api
from server.contexts.context import chosen

_ONE: Final = place("id", "client_id")


def _update(arguments: argparse.Namespace) -> Answer:
    """Replace a record at the version that is read just before (RFC 9110 §13.1.1)."""
    api, path = Api(chosen(arguments.context)), f"/clients/{arguments.id}"
    body = from_file(arguments)
    before = api.get(path)
    if arguments.dry_run:
        return Answer({"before": before.body, "would_be": body})
    return Answer(api.call("PUT", path, body=body, if_match=before.etag).body)


def _move(name: str, summary: str) -> Call:
    return Call(
        name=name,
        summary=summary,
        method="POST",
        path=f"/clients/{{id}}/{name}",
        arguments=(_ONE, required("reason", "why; kept in the record")),
        body=members_of("reason"),
    )


ACTS: Final = (
    *acts(
        Call(
            name="register",
            summary="enter an application; its secret is shown this once",
            method="POST",
            path="/clients",
            arguments=(BODY,),
            body=from_file,
        ),
        Call(
            name="show",
            summary="one application",
            method="GET",
            path="/clients/{id}",
            arguments=(_ONE,),
        ),
        Call(
            name="list",
            summary="applications",
            method="GET",
            path="/clients",
            arguments=PAGE,
            query=("limit", "after"),
        ),
        Call(
            name="rotate-secret",
            summary="give it a new secret; the old one is void at once",
            method="POST",
            path="/clients/{id}/rotate-secret",
            arguments=(_ONE,),
        ),
        _move("approve", "take it out of the sandbox"),
        _move("disable", "stop it at once"),
        _move("enable", "let it work again, in the sandbox"),
        _move("retire", "end it for good"),
    ),
    Act(
        name="update",
        summary="replace what is said of an application",
        run=_update,
        arguments=(_ONE, BODY, CONTEXT),
        changes=True,
    ),
    *FOR_ENGINEERS,
)
