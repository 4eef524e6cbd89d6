"""What is said of an application with ``--body``: its members, its form, its way back."""

import argparse
import json
from dataclasses import MISSING, Field, fields
from typing import Final

from idp.clients.domain import Client
from idp.clients.messages import ClientBody, ClientReply, OidcBody, RegistrationBody
from idp.clients.service import FACET_RULES, RULES, keeps_the_rules
from kernel.clock import SystemClock
from kernel.ids import ClientId
from kernel.web import read_body
from server.cli.acts import Act, Argument
from server.cli.calls import BODY, CONTEXT, from_file
from server.cli.outcome import Answer, WrongUse
from server.cli.paths import path_to
from server.contexts.api import Api
from server.contexts.context import chosen

_NOT_MADE_YET: Final = ClientId("app-not-made-yet")
SET_BY_THE_HUB: Final = frozenset(field.name for field in fields(ClientReply)) - frozenset(
    field.name for field in fields(ClientBody)
)
"""What `show` tells and nobody says."""


def could_be_registered(body: object) -> None:
    """Ours: a dry run approves of nothing that is known to be refused.

    What only the API knows is left to it: who may, which algorithms it signs by, and
    whether the ``client_id`` is free.

    Raises:
        BodyMalformed, ClientMalformed: the API would say no in these words.
    """
    said = read_body(RegistrationBody, json.dumps(body).encode())
    keeps_the_rules(_described(said, ClientId(said.client_id or _NOT_MADE_YET)), RULES)


def _could_be_said(body: object, client: ClientId) -> None:
    """The same of a change; its application has its name already."""
    said = read_body(ClientBody, json.dumps(body).encode())
    keeps_the_rules(_described(said, client), FACET_RULES)


def _described(said: ClientBody, client: ClientId) -> Client:
    return said.client(client, SystemClock()())


def _update(arguments: argparse.Namespace) -> Answer:
    """Replace a record (RFC 9110 §13.1.1).

    The version is the one that the body was shown at, or that is read just before.
    """
    api, path = Api(chosen(arguments.context)), path_to("/clients/{id}", vars(arguments))
    shown = from_file(arguments)
    body, tag = _said_again(shown), _tag_of(shown)
    before = api.get(path)
    if arguments.dry_run:
        _could_be_said(body, ClientId(arguments.id))
        return Answer({"before": before.body, "would_be": body, "checked": True})
    return Answer(api.call("PUT", path, body=body, if_match=tag or before.etag).body)


def _said_again(shown: object) -> object:
    """Return what `show` wrote without what nobody says; all else is the API's to judge."""
    if not isinstance(shown, dict):
        return shown
    return {name: held for name, held in shown.items() if name not in SET_BY_THE_HUB}


def _tag_of(shown: object) -> str | None:
    """RFC 9110 §8.8.3: the entity tag of the version that was shown, if one is named.

    Raises:
        WrongUse: it is not a number.
    """
    version = shown.get("version") if isinstance(shown, dict) else None
    if version is None:
        return None
    if not isinstance(version, int) or isinstance(version, bool):
        raise WrongUse("version: not a number", "leave it as `show --json` writes it")
    return f'"{version}"'


def _members(shape: type) -> str:
    return ", ".join(_member(field) for field in fields(shape))


def _member(field: "Field[object]") -> str:
    lacks = field.default is MISSING and field.default_factory is MISSING
    return f"{field.name} (needed)" if lacks else field.name


REGISTRATION: Final = Argument(
    BODY.name,
    f"{BODY.help}; its members: {_members(RegistrationBody)}; those of oidc: "
    f"{_members(OidcBody)}",
    BODY.options,
)
_CHANGE: Final = Argument(
    BODY.name,
    f"{BODY.help}: everything again, as `show --json` writes it. To edit: show, edit, "
    f"update; what only the hub sets ({', '.join(sorted(SET_BY_THE_HUB))}) is not sent, "
    f"and a record that is not of the version shown any more is left alone. Its members: "
    f"{_members(ClientBody)}; those of oidc are listed at `register --help`",
    BODY.options,
)


def update(one: Argument) -> Act:
    """Return the act that changes the application that ``one`` names."""
    return Act(
        name="update",
        summary="replace what is said of it; what is live waits for a second person",
        run=_update,
        arguments=(one, _CHANGE, CONTEXT),
        changes=True,
    )
