"""``trusthub marks``: types of trust marks, and who carries one."""

import argparse
from typing import Final

from server.cli.acts import Argument, option, place, required
from server.cli.calls import BODY, PAGE, Call, acts, from_file, members_of

_GROUNDS: Final = (required("reason", "why"), required("basis", "legal basis"))
_TYPE: Final = place("type", "URL of the type of mark")
_ENTITY: Final = place("entity", "entity identifier of who carries it")
_WHOSE: Final = (_TYPE, _ENTITY)


def _grant(arguments: argparse.Namespace) -> object:
    said = _whose(arguments)
    return said if arguments.until is None else {**said, "until": arguments.until}


def _whose(arguments: argparse.Namespace) -> dict[str, object]:
    return {
        "mark_type": arguments.type,
        "entity_id": arguments.entity,
        "grounds": {"reason": arguments.reason, "basis": arguments.basis},
    }


def _read(
    name: str, summary: str, path: str, *arguments: Argument, query: tuple[str, ...] = ()
) -> Call:
    return Call(
        name=name,
        summary=summary,
        method="GET",
        path=f"/marks{path}",
        arguments=arguments,
        query=query,
    )


ACTS: Final = acts(
    _read("types", "types of trust mark", "/types"),
    Call(
        name="add-type",
        summary="propose a type: {type: {id, name_zh, name_en, issuers, …}, grounds}",
        method="POST",
        path="/marks/types",
        arguments=(BODY,),
        body=from_file,
    ),
    Call(
        name="grant",
        summary="propose that an entity carries a mark (a second person accepts)",
        method="POST",
        path="/marks/grants",
        arguments=(
            *_WHOSE,
            *_GROUNDS,
            option("until", "when the agreement behind it ends, RFC 3339"),
        ),
        body=_grant,
    ),
    Call(
        name="revoke",
        summary="take a mark back at once",
        method="POST",
        path="/marks/revoke",
        arguments=(*_WHOSE, *_GROUNDS),
        body=_whose,
    ),
    _read(
        "list",
        "who may carry which mark",
        "",
        option("mark-type", "URL of a type"),
        option("entity-id", "who carries it"),
        *PAGE,
        query=("mark_type", "entity_id", "limit", "after"),
    ),
    _read(
        "status",
        "what an entity was granted, and its mark",
        "/status",
        required("mark-type", "URL of the type"),
        required("entity-id", "who carries it"),
        query=("mark_type", "entity_id"),
    ),
    _read(
        "proposals",
        "what waits for a second person",
        "/proposals",
        *PAGE,
        query=("limit", "after"),
    ),
    _read(
        "proposal",
        "one proposal: the exact change and its digest",
        "/proposals/{id}",
        place("id", "id of the proposal"),
    ),
    Call(
        name="accept",
        summary="do what was proposed, as the second person",
        method="POST",
        path="/marks/proposals/{id}/approve",
        arguments=(
            place("id", "id of the proposal"),
            required("digest", "digest of the change you saw, 64 hex digits"),
        ),
        body=members_of("digest"),
    ),
)
