"""Filters: one JSON object a line in, one out, flushed at once."""

import json
import sys
from collections.abc import Mapping
from typing import IO, Final, Protocol

from kernel.web import BodyMalformed, parse_json

LINE_LIMIT_BYTES: Final = 1 << 20


class Answering(Protocol):
    """Answers one line."""

    def __call__(self, line: Mapping[str, object], /) -> Mapping[str, object]:
        """Return the object that is written for it."""
        ...


def run(
    answering: Answering,
    source: IO[bytes] | None = None,
    sink: IO[str] | None = None,
) -> None:
    """Answer line after line; a line that is no JSON object is answered as such."""
    source = source or sys.stdin.buffer
    sink = sink or sys.stdout
    while raw := source.readline(LINE_LIMIT_BYTES):
        if not raw.strip():
            continue
        answer = _answer(answering, raw)
        sink.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sink.flush()


def _answer(answering: Answering, raw: bytes) -> Mapping[str, object]:
    try:
        line = parse_json(raw)
    except BodyMalformed as malformed:
        return {"id": None, "error": "malformed", "reason": malformed.detail}
    if not isinstance(line, dict):
        return {"id": None, "error": "malformed", "reason": "not a JSON object"}
    return answering(line)
