"""``trusthub chain resolve``: why an entity is believed, or why it is not."""

import argparse
import json
import time
from pathlib import Path
from typing import Final

from server.cli.outcome import ActRefused, Answer, Exit
from server.contexts.api import Answered, Api
from server.contexts.context import chosen

_TRIES: Final = 20
_PAUSE_S: Final = 0.5


def resolve(arguments: argparse.Namespace) -> Answer:
    """Have the entity resolved, tell each step; with ``--out`` keep the archive."""
    api, body = Api(chosen(arguments.context)), {"entity": arguments.entity}
    if arguments.dry_run:
        return Answer({"would_follow": arguments.entity})
    told = api.post("/trust/chains/explain", body)
    answer = _answer(told)
    if answer.exit is not Exit.DONE:
        return answer
    api.post("/trust/chains", body)
    if arguments.out is not None:
        _keep(api, arguments.entity, arguments.out)
        answer.lines.append(f"written {arguments.out}")
    return answer


def _answer(told: Answered) -> Answer:
    lines = [_line(step) for step in told.rows("steps")]
    if told.member("resolved") is True:
        return Answer(told.body, lines)
    lines.append(f"FAIL  {told.text('failure')}")
    undecided = told.member("undecided") is True
    return Answer(told.body, lines, Exit.NOT_FOUND_OUT if undecided else Exit.REFUSED)


def _line(step: dict[str, object]) -> str:
    place = "policy" if step["statement"] is None else f"statement {step['statement']}"
    return f"ok    {place}: {step['text']} [{step['clause']}]"


def _keep(api: Api, entity: str, out: Path) -> None:
    """Write the archive once the worker has signed its answer."""
    archive = _archive(api, entity).body
    text = json.dumps(archive, ensure_ascii=False, indent=2)
    out.write_text(text + "\n", encoding="utf-8")


def _archive(api: Api, entity: str) -> Answered:
    for _ in range(_TRIES):
        try:
            return api.get("/trust/chains/archive", {"entity": entity})
        except ActRefused as refusal:
            if refusal.code not in {"no_trust_chain", "answer_unknown", "answer_not_ready"}:
                raise
        time.sleep(_PAUSE_S)
    return api.get("/trust/chains/archive", {"entity": entity})
