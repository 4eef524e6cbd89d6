"""``trusthub trace REFERENCE``: what happened, step by step, across all rooms."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Final

from server.cli.acts import Act, place
from server.cli.calls import CONTEXT
from server.cli.outcome import ActRefused, Answer
from server.cli.paths import path_to
from server.contexts.api import Answered, Api, objects_in
from server.contexts.context import chosen

_MARKS: Final = {"done": "✓", "refused": "✗", "failed": "!"}
_NOT_IN_EVENTS: Final = "nothing_traced"
# No command can read it: it is wherever the standard error of the processes goes.
_IN_THE_LOG: Final = (
    "if it was shown seconds ago, ask again when the worker has run; else look for the line"
    " of {reference} in the log, the JSON lines on standard error of `trusthub serve` (of"
    " `trusthub portals` for their pages): grep {reference} in the file or journal they go"
    " to, in the demo FOLDER/logs/*.log. Levels above warning write no such line"
)


def _trace(arguments: argparse.Namespace) -> Answer:
    """Explain a reference that a page, an answer or a log line showed."""
    named = {"reference": arguments.reference.strip().upper()}
    api, path = Api(chosen(arguments.context)), path_to("/audit/trace/{reference}", named)
    try:
        told = api.get(path)
    except ActRefused as refusal:
        if refusal.code == _NOT_IN_EVENTS:
            refusal.advice = _IN_THE_LOG.format(**named)
        raise
    return Answer(told.body, list(_lines(told)))


def _lines(told: Answered) -> Iterator[str]:
    for event in told.rows("events"):
        mark = _MARKS.get(str(event["outcome"]), "?")
        yield f"{event['time']}  {mark} {event['type']}"
        yield f"    {event['says_zh']}"
        yield f"    {event['says_en']}"
        why = event["why"]
        yield from _why(why) if isinstance(why, dict) else ()


def _why(why: Mapping[str, object]) -> Iterator[str]:
    yield f"    → {why['code']}: {why['says_zh']}"
    yield f"      {why['says_en']}"
    if why["about"]:
        yield f"      it is about: {why['about']}"
    if why["steps"] and not why["certain"]:
        yield "      the event does not say by which of these:"
    for step in objects_in(why["steps"]):
        row = f"{step['table']} {step['number']}/{step['of']} " if step["number"] else ""
        clause = f": {step['clause']}" if step["clause"] else ""
        yield f"      {row}{step['rule']}{clause}"


ACTS: Final = (
    Act(
        name="",
        summary="explain a reference id, step by step across rooms",
        run=_trace,
        arguments=(place("reference", "the reference id that was shown"), CONTEXT),
    ),
)
