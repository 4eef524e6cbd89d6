"""One JSON object a line, written by the standard library's logging."""

import logging
import sys
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final, TextIO

import orjson

from kernel.infra.log.redaction import clean, redacted
from kernel.web import current_reference

_FIELDS: Final = "fields"
# What logging itself puts into a record; everything else somebody gave with the event.
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_LOST: Final = '{"level":"error","room":"kernel.infra.log","event":"line_lost"}\n'
# Their lines quote URLs and environments; only what stops them is wanted.
_TALKATIVE: Final = ("urllib3", "saml2", "sqlalchemy", "werkzeug")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object without a line end in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write time, level, room, event and reference, then the event's own fields."""
        made = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": made.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "room": clean(record.name),
            "event": clean(record.getMessage()),
            "process": record.process,
        }
        line |= _reference() | _failure(record)
        for name, value in _fields(record).items():
            line.setdefault(clean(name), redacted(name, value))
        return orjson.dumps(line).decode()


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """Return the event's own fields, and what a caller of `logging` gave as ``extra``."""
    own = {name: value for name, value in vars(record).items() if name not in _STANDARD}
    fields = own.pop(_FIELDS, {})
    return {**own, **(fields if isinstance(fields, dict) else {})}


def _reference() -> dict[str, object]:
    reference = current_reference.get()
    return {} if reference is None else {"reference": clean(reference)}


def _failure(record: logging.LogRecord) -> dict[str, object]:
    """Say what was raised and where; the values of variables are never written."""
    raised = record.exc_info[1] if record.exc_info else None
    if raised is None:
        return {}
    frames = traceback.extract_tb(raised.__traceback__)
    return {
        "raised": type(raised).__qualname__,
        "detail": clean(str(raised)),
        "trace": [f"{_file(frame.filename)}:{frame.lineno}" for frame in frames[-12:]],
    }


def _file(name: str) -> str:
    """Keep the last three parts of a path: which room, not which machine."""
    return "/".join(PurePath(name).parts[-3:])


class _Stream(logging.StreamHandler[TextIO]):
    """Writes lines; one that cannot be written is told of without repeating it."""

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say that a line was lost (the standard answer prints the line's values)."""
        sys.stderr.write(_LOST)


@dataclass(frozen=True, slots=True)
class RoomLog:
    """The log of one room: events are short names, everything else is a field."""

    room: str

    def debug(self, event: str, **fields: object) -> None:
        """Note a step that matters only while looking for a fault."""
        self._write(logging.DEBUG, event, fields)

    def info(self, event: str, **fields: object) -> None:
        """Note something that happened as it should."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Note something an operator should look at when there is time."""
        self._write(logging.WARNING, event, fields)

    def error(
        self, event: str, *, cause: BaseException | None = None, **fields: object
    ) -> None:
        """Note something that failed, and with ``cause`` where it was raised."""
        self._write(logging.ERROR, event, fields, cause)

    def _write(
        self,
        level: int,
        event: str,
        fields: dict[str, object],
        cause: BaseException | None = None,
    ) -> None:
        logging.getLogger(self.room).log(
            level, event, exc_info=cause, extra={_FIELDS: fields}
        )


def get_logger(room: str) -> RoomLog:
    """Return the log of a room, for example ``idp.login``."""
    return RoomLog(room)


def configure(level: str = "info", stream: TextIO | None = None) -> None:
    """Send every log line of this process, libraries included, to ``stream``.

    Args:
        level: the least serious one written: debug, info, warning or error.
        stream: standard error if none is given.

    Raises:
        ValueError: there is no such level.
    """
    lines = _Stream(stream or sys.stderr)
    lines.setFormatter(JsonLines())
    root = logging.getLogger()
    root.setLevel(level.upper())
    root.handlers[:] = [lines]
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
