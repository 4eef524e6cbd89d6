"""``trusthub clients``: applications that sign people in here."""

from typing import Final

from server.cli.acts import Argument, place, required
from server.cli.calls import PAGE, Body, Call, acts, from_file, members_of
from server.cli.clients_engineers import FOR_ENGINEERS
from server.cli.clients_said import REGISTRATION, could_be_registered, update

_ONE: Final = place("id", "client_id")
_REASON: Final = required("reason", "why; kept in the record")
_SEEN: Final = required("digest", "digest of what you saw, 64 hex digits")
_PERSON: Final = place("person", "id of the person")


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
    Call(
        name="register",
        summary="enter an application; its secret is shown this once",
        method="POST",
        path="/clients",
        arguments=(REGISTRATION,),
        body=from_file,
        check=could_be_registered,
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
    update(_ONE),
    *_PICTURES,
    *_LIFE,
    *_TRIAL,
    *FOR_ENGINEERS,
)
