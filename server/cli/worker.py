"""``trusthub worker``: what is done in the background."""

import argparse
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING, Final

from server.cli.acts import Act
from server.cli.outcome import Answer
from server.cli.settings import SETTINGS, settings_of

if TYPE_CHECKING:
    from config.schema import Settings


def _work(arguments: argparse.Namespace) -> Answer | None:
    """Work until SIGTERM or SIGINT; a step that is under way is let finish."""
    settings, stop = settings_of(arguments), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(settings, stop)
    return None


def work(settings: "Settings", stop: threading.Event) -> None:
    """Run the tasks and the queue of one installation until ``stop`` is set."""
    from kernel.infra.jobs import Worker as JobWorker  # noqa: PLC0415  --help stays quick
    from kernel.infra.lease import SqlLeases  # noqa: PLC0415  same
    from server.bootstrap import assemble  # noqa: PLC0415  same
    from server.worker import Leadership, Worker  # noqa: PLC0415  same
    from trustroot.keys.domain import RoleGroup  # noqa: PLC0415  same

    installation = assemble(settings, RoleGroup.WORKER)
    drivers, holder = installation.drivers, f"{socket.gethostname()}:{os.getpid()}"
    try:
        Worker(
            tasks=installation.tasks,
            jobs=JobWorker(
                jobs=drivers.jobs,
                kinds=installation.job_kinds,
                clock=drivers.clock,
                holder=holder,
            ),
            leadership=Leadership(SqlLeases(drivers.db, drivers.clock), holder),
        ).run(stop)
    finally:
        installation.close()


ACTS: Final = (
    Act(name="", summary="work until told to stop", run=_work, arguments=(SETTINGS,)),
)
