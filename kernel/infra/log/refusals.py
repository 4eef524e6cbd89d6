"""The one line that a refused request leaves: where, why, and how it was answered."""

import logging
from typing import Final

_log: Final = logging.getLogger("server")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def request_refused(error: str, *, method: str, route: str, status: int) -> None:
    """Leave one short line; the request's reference is on it as on every other.

    A warning, so that it is written by default: people are told to quote the reference.
    Nothing that was sent is on it, which anybody could fill logs with.

    Args:
        error: the refusal's code.
        method: as it was asked; what is no method of HTTP is told as ``other``.
        route: the pattern of the address, never the address; "" where there is none.
        status: of the answer.
    """
    known = method if method in _METHODS else "other"
    told = {"error": error, "method": known, "route": route or "none", "status": status}
    _log.warning("request_refused", extra=told)
