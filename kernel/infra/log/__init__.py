"""Log lines: one JSON object each, on standard error, with the request's reference."""

from kernel.infra.log.lines import JsonLines, RoomLog, configure, get_logger
from kernel.infra.log.redaction import REDACTED, clean, redacted
from kernel.infra.log.refusals import request_refused

__all__ = [
    "REDACTED",
    "JsonLines",
    "RoomLog",
    "clean",
    "configure",
    "get_logger",
    "redacted",
    "request_refused",
]
