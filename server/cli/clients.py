"""``trusthub clients``: applications that sign people in here."""

import argparse
from typing import Final

from server.cli.acts import Act, Argument, place, required
from server.cli.calls import (
    BODY,
    CONTEXT,
    PAGE,
    Body,
    Call,
    acts,
    from_file,
    members_of,
)
from server.cli.clients_engineers import FOR_ENGINEERS
from server.cli.outcome import Answer
from server.cli.paths import path_to
from server.contexts.api import Api
from server.contexts.context import chosen

_ONE: Final = place("id", "client_id")
_REASON: Final = required("reason", "why; kept in the record")
_SEEN: Final = required("digest", "digest of what you saw, 64 hex digits")
_PERSON: Final = place("person", "id of the person")


def _update(arguments: argparse.Namespace) -> Answer:
    """Replace a record at the version that is read just before (RFC 9110 §13.1.1)."""
    api, path = Api(chosen(arguments.context)), path_to("/clients/{id}", vars(arguments))
    body = from_file(arguments)
    before = api.get(path)
    if arguments.dry_run:
        return Answer({"before": before.body, "would_be": body})
    return Answer(api.call("PUT", path, body=body, if_match=before.etag).body)


def _get(name: str, summary: str, path: str, *arguments: Argument) -> Call:
    return Call(name=name, summary=summary, method="GET", path=path, arguments=arguments)


def _post(
    name: str, summary: str, path: str, *arguments: Argument, body: Body | None = None
) -> Call:
    return Call(
        name=name,
        summary=summary,
        method="POST",
        path=path,
        arguments=arguments,
        body=body,
    )


def _move(name: str, summary: str) -> Call:
    path, body = f"/clients/{{id}}/{name}", members_of("reason")
    return _post(name, summary, path, _ONE, _REASON, body=body)


_RECORD: Final = acts(
    _post(
        "register",
        "enter an application; its secret is shown this once",
        "/clients",
        BODY,
        body=from_file,
    ),
    _get(
        "show", "one application, and what waits for a second person", "/clients/{id}", _ONE
    ),
    Call(
        name="list",
        summary="applications",
        method="GET",
        path="/clients",
        arguments=PAGE,
        query=("limit", "after"),
    ),
    _get("history", "what was done to it, before and after", "/clients/{id}/history", _ONE),
    _post(
        "rotate-secret",
        "give it a new secret; the old one is void at once",
        "/clients/{id}/rotate-secret",
        _ONE,
    ),
)
_PICTURES: Final = acts(
    _get("pictures", "the pictures kept for it", "/clients/{id}/pictures", _ONE),
    _post(
        "read-picture",
        "read the picture at its logo_uri, or at that of the change that waits",
        "/clients/{id}/pictures",
        _ONE,
    ),
)
_LIFE: Final = acts(
    _move("open", "take a draft into the sandbox"),
    _move("submit", "ask that a second person approve it"),
    _get(
        "proposal",
        "what waits for a second person, exactly",
        "/clients/{id}/proposal",
        _ONE,
    ),
    _post(
        "approve",
        "say yes to what waits, as the second person who saw it",
        "/clients/{id}/approve",
        _ONE,
        _SEEN,
        _REASON,
        body=members_of("digest", "reason"),
    ),
    _move("return", "send it back to the sandbox"),
    _move("activate", "let what is approved serve everybody"),
    _move("disable", "stop it at once"),
    _move("enable", "let it work again; what was live waits for a second person"),
    _move("retire", "end it for good"),
)
_TRIAL: Final = acts(
    _get("test-people", "with whom applications on trial are tried", "/trial-people"),
    _post(
        "test-person-add",
        "let applications on trial be tried with somebody",
        "/trial-people",
        _PERSON,
        body=members_of("person"),
    ),
    _post(
        "test-person-remove",
        "let them be tried with somebody no more",
        "/trial-people/{person}/remove",
        _PERSON,
    ),
)

ACTS: Final = (
    *_RECORD,
    Act(
        name="update",
        summary="replace what is said of it; what is live waits for a second person",
        run=_update,
        arguments=(_ONE, BODY, CONTEXT),
        changes=True,
    ),
    *_PICTURES,
    *_LIFE,
    *_TRIAL,
    *FOR_ENGINEERS,
)
