"""Sending a change again until somebody knows whether it was done."""

import time
from typing import Final, Protocol

from server.contexts.api import Answered
from server.contexts.told import NotFoundOut

_PAUSE_S: Final = 2.0


class Sent(Protocol):
    """Sends one request, each time with the same ``Idempotency-Key``."""

    def __call__(self) -> Answered:
        """Send it; `NotFoundOut` where nobody can tell whether it was done."""
        ...


def until_known(send: Sent, patience_s: float, *, pause_s: float = _PAUSE_S) -> Answered:
    """Send until the other side tells, at most ``patience_s`` seconds long.

    While a database fails over nobody knows whether a commit was lost. With one key the
    change happens once however often it is sent, and the answer that comes is of a
    change that lasts.

    Raises:
        NotFoundOut: nobody could tell in all that time.
        ActRefused: the other side said no.
    """
    end = time.monotonic() + patience_s
    while True:
        try:
            return send()
        except NotFoundOut:
            if time.monotonic() + pause_s > end:
                raise
        time.sleep(pause_s)
