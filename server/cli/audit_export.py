"""Writes a log to a folder: what is public of it, and the events with their nonces."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kernel.proof.tlog import TILE_WIDTH, Note, Tile, decode_bundle
from server.cli.audit_verify import CHECKPOINT, ENTRIES, EVENTS
from server.cli.outcome import ActRefused, Answer
from server.cli.paths import path_to
from server.contexts.api import Api
from server.contexts.context import chosen

_PREFIXES: Final = {"main": "/log", "oversight": "/oversight-log"}
_PAGE: Final = "200"


def export(arguments: argparse.Namespace) -> Answer:
    """Write checkpoint, entries and events; the checkpoint comes first and bounds them."""
    api, prefix = Api(chosen(arguments.context)), _PREFIXES[arguments.stream]
    note = api.public(f"{prefix}/checkpoint").decode()
    size = _size(note)
    folder: Path = arguments.out
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ENTRIES).write_bytes(b"".join(_entries(api, prefix, size)))
    count = _write_events(api, arguments.stream, size, folder / EVENTS)
    (folder / CHECKPOINT).write_text(note, encoding="utf-8")
    return Answer({"folder": str(folder), "size": size, "events": count})


def _size(note: str) -> int:
    """Return the size a note claims; whoever verifies the export checks its signature."""
    return int(Note.parse(note).text.splitlines()[1])


def _entries(api: Api, prefix: str, size: int) -> Iterator[bytes]:
    """C2SP tlog-tiles, "Log Entries": every bundle, the last one partial."""
    for index in range(-(-size // TILE_WIDTH)):
        tile = Tile(0, index, min(size - index * TILE_WIDTH, TILE_WIDTH))
        bundle = api.public(f"{prefix}/{tile.entries_path}")
        yield from decode_bundle(bundle, tile.width)


def _write_events(api: Api, stream: str, size: int, file: Path) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as lines:
        for event in _events(api, stream):
            line = _line(api, event)
            if line is not None and int(str(line["index"])) < size:
                lines.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
                count += 1
    return count


def _events(api: Api, stream: str) -> Iterator[str]:
    """Walk the search to its end, newest first."""
    after: str | None = None
    while True:
        asked = {"stream": stream, "limit": _PAGE, **({"after": after} if after else {})}
        page = api.get("/audit/events", asked)
        for row in page.rows("events"):
            event = row["event"]
            if isinstance(event, dict):
                yield str(event["id"])
        after = str(page.member("next")) if page.member("next") else None
        if after is None:
            return


def _line(api: Api, event: str) -> dict[str, object] | None:
    """Return the line of one event; None for one that is too new for a proof."""
    try:
        proof = api.get(path_to("/audit/events/{event}/proof", {"event": event})).body
    except ActRefused as refusal:
        if refusal.code != "not_yet_logged":
            raise
        return None
    if not isinstance(proof, dict):
        raise TypeError(type(proof))
    return {name: proof[name] for name in ("index", "nonce", "event")}
