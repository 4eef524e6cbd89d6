"""A transcript (JSON lines): each line holds the digest of the one before it."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.events import JsonValue, rfc3339
from kernel.proof.jose import JoseRefused, decode_object
from kernel.proof.tlog import jcs
from trustroot.keys.errors import TranscriptBroken

FIRST: Final = "0" * 64
_LIMIT_BYTES: Final = 65_536
_MEMBERS: Final = frozenset({"number", "at", "previous", "said"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text in canonical JSON (RFC 8785); the next one holds its digest."""

    text: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the text, 64 hex digits."""
        return hashlib.sha256(self.text).hexdigest()


def chained(
    number: int, at: datetime, previous: Line | None, said: dict[str, JsonValue]
) -> Line:
    """Return the next line."""
    before = FIRST if previous is None else previous.digest
    row: dict[str, JsonValue] = {
        "number": number,
        "at": rfc3339(at),
        "previous": before,
        "said": said,
    }
    return Line(jcs(row))


def written(lines: Iterable[Line]) -> bytes:
    """Return a file of lines."""
    return b"".join(line.text + b"\n" for line in lines)


def read_transcript(content: bytes) -> tuple[dict[str, object], ...]:
    """Return what a transcript says, if every line follows from the one before it.

    Somebody who has the digest of the last line can tell that nothing was changed, added
    or left out: the chain alone shows it of all lines but the last.

    Raises:
        TranscriptBroken: it names the first line that does not.
    """
    return tuple(_followed(content.splitlines()))


def _followed(texts: list[bytes]) -> Iterator[dict[str, object]]:
    previous = FIRST
    for number, text in enumerate(texts, 1):
        try:
            row = decode_object(text, limit_bytes=_LIMIT_BYTES, depth=16)
        except JoseRefused as cause:
            raise TranscriptBroken(f"line {number}: no JSON object") from cause
        follows = (row.get("number"), row.get("previous")) == (number, previous)
        if not follows or set(row) != _MEMBERS or jcs(row) != text:
            raise TranscriptBroken(f"line {number}")
        yield row
        previous = Line(text).digest
    if previous == FIRST:
        raise TranscriptBroken("it is empty")
