"""``trusthub audit``: search, prove, export; and verify, which asks nobody."""

import argparse
import json
from pathlib import Path
from typing import Final

from server.cli.acts import Act, option, place, required
from server.cli.audit_export import export
from server.cli.audit_verify import verify
from server.cli.calls import CONTEXT, PAGE, Call
from server.cli.outcome import Answer
from server.cli.paths import path_to
from server.contexts.api import Api
from server.contexts.context import chosen

_FILTERS: Final = (
    "reference",
    "interaction",
    "correlation",
    "type",
    "relying_party",
    "provider",
    "subject",
    "since",
    "until",
    "stream",
)


def _prove(arguments: argparse.Namespace) -> Answer:
    """Fetch one offline proof; with ``--out`` keep it as the file that `verify` reads."""
    path = path_to("/audit/events/{event}/proof", vars(arguments))
    proof = Api(chosen(arguments.context)).get(path).body
    if arguments.out is None:
        return Answer(proof)
    text = json.dumps(proof, ensure_ascii=False, indent=2)
    arguments.out.write_text(text + "\n", encoding="utf-8")
    return Answer({"written": str(arguments.out)})


_SAYS: Final = {
    "type": "only of this type, as oidc.code_redeemed; all stand in docs/events.md",
    "since": "only from this instant on, as 2026-11-27T00:00:00Z",
    "until": "only before this instant, as 2026-11-27T00:00:00Z",
    "stream": "main, or oversight: acts of operators and auditors",
}

ACTS: Final = (
    Call(
        name="search",
        summary="find events, newest first",
        method="GET",
        path="/audit/events",
        arguments=(
            *(
                option(name.replace("_", "-"), _SAYS.get(name, f"only with this {name}"))
                for name in _FILTERS
            ),
            *PAGE,
        ),
        query=(*_FILTERS, "limit", "after"),
    ).act(),
    Act(
        name="prove",
        summary="get everything that proves one event offline",
        run=_prove,
        arguments=(
            place("event", "id of the event"),
            option("out", "write the proof to this file", type=Path),
            CONTEXT,
        ),
    ),
    Act(
        name="export",
        summary="write a log to a folder: checkpoint, entries, events with their nonces",
        run=export,
        arguments=(
            required("out", "folder, made if it is not there", type=Path),
            option(
                "stream", "main or oversight", default="main", choices=("main", "oversight")
            ),
            CONTEXT,
        ),
    ),
    Act(
        name="verify",
        summary="check a proof file or an exported folder against a log key, offline",
        run=verify,
        arguments=(
            place("what", "proof file or folder", type=Path),
            required("vkey", "the log's key, got another way: name+id+base64"),
            option(
                "earlier",
                "an earlier checkpoint to be consistent with",
                type=Path,
                action="append",
                default=[],
            ),
        ),
    ),
)
