"""Runs the serving processes of one installation."""

from typing import Final

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings

from config.schema import Settings
from kernel.infra.metrics import forget

_HEADER_TIMEOUT_MS: Final = 10_000
_TARGET: Final = "server.application:create"


def serve(settings: Settings) -> None:
    """Serve until told to stop; the workers read ``TRUSTHUB_SETTINGS`` themselves.

    A worker that dies is replaced. Header time is bounded here, bodies by the routes.
    """
    if settings.observing.metrics_dir is not None:
        forget(settings.observing.metrics_dir)
    Granian(
        target=_TARGET,
        factory=True,
        interface=Interfaces.WSGI,
        loop=Loops.asyncio,
        address=settings.http.host,
        port=settings.http.port,
        workers=settings.http.workers,
        blocking_threads=settings.http.blocking_threads,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT_MS),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        log_access=False,
        ssl_cert=settings.http.tls_certificate,
        ssl_key=settings.http.tls_key.path if settings.http.tls_key is not None else None,
    ).serve()
