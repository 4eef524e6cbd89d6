"""``trusthub portals``: run the portals named in the settings, each in its own process."""

import argparse
import functools
import signal
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from config.loader import load
from config.schema import Portal, Settings
from server.children import Children, tail
from server.cli.acts import Act, option
from server.cli.outcome import Answer, NotFoundOut, WrongUse
from server.cli.settings import SETTINGS, settings_of
from server.listening import LOOPBACK, Place, can_be_listened_at
from server.stopping import LAST_ANSWERS_S, end_when_told

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_THREADS: Final = 16
_LOOK_EVERY_S: Final = 0.5


def _run(arguments: argparse.Namespace) -> Answer | None:
    from server.named_files import (  # noqa: PLC0415  --help stays quick
        portal_files_can_be_used,
    )

    settings = settings_of(arguments)
    chosen = [p for p in settings.portals if arguments.only in {None, p.name}]
    if not chosen:
        raise WrongUse("the settings name no such portal", "see [[portals]] in them")
    portal_files_can_be_used(settings, chosen)
    can_be_listened_at(*_places(settings, chosen))
    if len(chosen) == 1:
        serve_portal(chosen[0], arguments.settings)
        return None
    _serve_all(settings, chosen, arguments)
    return None


def _places(settings: Settings, chosen: Collection[Portal]) -> Iterator[Place]:
    for at, portal in enumerate(settings.portals):
        if portal in chosen:
            yield Place(f"portals[{at}].port", LOOPBACK, portal.port)


def serve_portal(portal: Portal, settings_file: Path | None) -> None:
    """Serve one portal until told to stop."""
    from granian import Granian  # noqa: PLC0415  --help stays quick
    from granian.constants import Interfaces, Loops  # noqa: PLC0415  same

    end_when_told()
    loader = functools.partial(load_portal, settings_file, portal.name)
    Granian(
        target=portal.name,
        interface=Interfaces.WSGI,
        loop=Loops.asyncio,
        address=LOOPBACK,
        port=portal.port,
        workers=1,
        blocking_threads=_THREADS,
        workers_kill_timeout=LAST_ANSWERS_S,
        log_access=False,
        ssl_cert=portal.tls_certificate,
        ssl_key=portal.tls_key.path if portal.tls_key is not None else None,
    ).serve(target_loader=loader, wrap_loader=False)


def load_portal(settings_file: Path | None, name: str) -> "WSGIApplication":
    """Return one portal's application, in the process that serves it."""
    from server.portals import application  # noqa: PLC0415  in the serving process

    return application(load(settings_file), name).wsgi_app


def _serve_all(
    settings: Settings, portals: list[Portal], arguments: argparse.Namespace
) -> None:
    """Run a process per portal; when one ends, all end, and it is said which."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children = Children(settings.portals[0].database_dir)
    try:
        for portal in portals:
            children.start(portal.name, functools.partial(_child, portal, arguments))
        while not stop.wait(_LOOK_EVERY_S):
            gone = children.died()
            if gone is not None:
                child, code = gone
                raise NotFoundOut(
                    f"portal {child.name} ended with exit code {code}:\n{tail(child.log)}",
                    f"read {child.log}",
                )
    finally:
        children.stop()


def _child(portal: Portal, arguments: argparse.Namespace) -> int:
    serve_portal(portal, arguments.settings)
    return 0


ACTS: Final = (
    Act(
        name="",
        summary="run the portals named in the settings",
        run=_run,
        arguments=(SETTINGS, option("only", "name of one portal")),
    ),
)
