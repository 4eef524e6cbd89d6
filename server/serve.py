"""Runs the serving processes of one installation."""

import time
from collections import deque
from typing import Final

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings

from config.schema import Settings
from kernel.infra.metrics import forget
from server.listening import can_be_listened_at, claimed, inside_place, public_place
from server.named_files import files_can_be_used
from server.starting import may_start
from server.stopping import LAST_ANSWERS_S, end_when_told
from trustroot.keys.domain import RoleGroup

_HEADER_TIMEOUT_MS: Final = 10_000
_TARGET: Final = "server.application:create"


class Replaced(dict[int, float]):
    """When each serving process was last replaced: granian's note, read more patiently.

    Granian ends everything, healthy processes included, as soon as one dies within 5.5 s
    of its replacement: two unlucky kills would be an outage. We let it think so only when
    replacing has plainly become a loop.
    """

    LOOP: Final = 30
    WITHIN_S: Final = 60.0

    def __init__(self) -> None:
        """Begin with nobody replaced."""
        super().__init__()
        self._times: deque[float] = deque(maxlen=self.LOOP)

    def __setitem__(self, process: int, at: float) -> None:
        """Note that a process was replaced."""
        self._times.append(at)
        super().__setitem__(process, at)

    def get(self, process: int, default: float = 0.0) -> float:  # type: ignore[override]  # one use
        """Return when it was last replaced; long ago, unless there is a loop."""
        full = len(self._times) == self.LOOP
        if full and time.monotonic() - self._times[0] < self.WITHIN_S:
            return super().get(process, default)
        return default


def serve(settings: Settings) -> None:
    """Serve until told to stop; the workers read ``TRUSTHUB_SETTINGS`` themselves.

    A worker that dies is replaced. Header time is bounded here, bodies by the routes, and
    how long what is being answered may hold up the end.

    Raises:
        SettingsRefused: as `files_can_be_used`, `claimed` and `can_be_listened_at` say;
            nothing was started.
        DomainError: as `may_start` says; the same.
    """
    http = settings.http
    files_can_be_used(settings, RoleGroup.SERVE)
    with claimed(public_place(http)):
        can_be_listened_at(public_place(http), inside_place(http))
        may_start(settings, RoleGroup.SERVE)
        _served(settings)


def _served(settings: Settings) -> None:
    http = settings.http
    if settings.observing.metrics_dir is not None:
        forget(settings.observing.metrics_dir)
    end_when_told()
    server = Granian(
        target=_TARGET,
        factory=True,
        interface=Interfaces.WSGI,
        loop=Loops.asyncio,
        address=public_place(http).address(),
        port=http.port,
        workers=http.workers,
        blocking_threads=http.blocking_threads,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT_MS),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=LAST_ANSWERS_S,
        log_access=False,
        ssl_cert=http.tls_certificate,
        ssl_key=http.tls_key.path if http.tls_key is not None else None,
    )
    server.respawned_wrks = Replaced()
    server.serve()
