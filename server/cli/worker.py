"""``trusthub worker``: what is done in the background."""

import argparse
import signal
import threading
from typing import Final

from server.cli.acts import Act
from server.cli.outcome import Answer
from server.cli.settings import SETTINGS, settings_of


def _work(arguments: argparse.Namespace) -> Answer | None:
    """Work until SIGTERM or SIGINT; a step that is under way is let finish."""
    from server.worker import work  # noqa: PLC0415  its imports are the whole house

    settings, stop = settings_of(arguments), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(settings, stop)
    return None


ACTS: Final = (
    Act(name="", summary="work until told to stop", run=_work, arguments=(SETTINGS,)),
)
