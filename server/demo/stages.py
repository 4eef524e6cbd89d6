"""Brings the demo up in the order in which one thing needs another."""

import functools
import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import urllib3

from server.children import Child, Children, tail
from server.contexts.told import NotFoundOut
from server.demo.places import Map, Place, PortalPlace

_PATIENCE_S: Final = 60.0
_STEP_S: Final = 0.05
_REFUSED: Final = 400


class Command(Protocol):
    """Runs one command line of ``trusthub`` and returns its exit code."""

    def __call__(self, argv: Sequence[str], /) -> int:
        """Run it."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Starts the demo's programs: exactly the commands that an operator would type."""

    map: Map
    children: Children
    command: Command

    def run(self, name: str, *argv: str) -> Child:
        """Run a command in a process of its own."""
        program = functools.partial(_as_forks, self.command, list(argv))
        return self.children.start(name, program)

    def initialise(self, places: Sequence[Place]) -> None:
        """Set installations up side by side.

        Raises:
            NotFoundOut: one could not be; it says what its log says.
        """
        started = [
            self.run(f"init-{place.slug}", "init", "--settings", str(place.settings_file))
            for place in places
        ]
        for child, code in self.children.finish(started):
            if code != 0:
                raise ended(child, code)

    def serve(self, place: Place) -> None:
        """Start the serving processes and the worker of an installation."""
        settings = ("--settings", str(place.settings_file))
        self.run(f"{place.slug}-serve", "serve", *settings)
        self.run(f"{place.slug}-worker", "worker", *settings)

    def portal(self, place: Place, portal: PortalPlace) -> None:
        """Start one portal."""
        settings = ("--settings", str(place.settings_file))
        self.run(portal.name, "portals", *settings, "--only", portal.name)

    def await_ready(self, place: Place) -> None:
        """Wait until an installation says that it may get traffic, and takes it."""
        self.wait(f"{place.management}/health/ready", place.name_en)
        self.wait(f"{place.issuer}/.well-known/openid-configuration", place.name_en)

    def wait(self, address: str, what: str) -> None:
        """Wait until an address answers; a child that dies meanwhile ends the wait.

        Raises:
            NotFoundOut: a child died, or it took longer than a minute.
        """
        until = time.monotonic() + _PATIENCE_S
        while not self.answers(address):
            self.all_live()
            if time.monotonic() > until:
                raise NotFoundOut(f"{what} did not get ready", f"read {self.map.logs}")
            time.sleep(_STEP_S)

    @property
    def pool(self) -> urllib3.PoolManager:
        """Connections that trust what hubs and portals show."""
        return _pool(self.map.ca_file)

    def answers(self, address: str, *, afresh: bool = False) -> bool:
        """Tell whether an address answers with a page, or the way to one.

        Args:
            address: what is asked.
            afresh: over a connection of its own, so that any of the processes may answer.
        """
        headers = {"Connection": "close"} if afresh else {}
        try:
            reply = self.pool.request("GET", address, redirect=False, headers=headers)
        except urllib3.exceptions.HTTPError:
            return False
        return reply.status < _REFUSED

    def all_live(self) -> None:
        """Require that every child still runs.

        Raises:
            NotFoundOut: one has ended; it says which, and the end of its log.
        """
        gone = self.children.died()
        if gone is not None:
            raise ended(*gone)


def _as_forks(command: Command, argv: Sequence[str]) -> int:
    """Run a command whose serving processes are forks too: they have every module."""
    multiprocessing.set_start_method("fork", force=True)
    return command(argv)


def ended(child: Child, code: int) -> NotFoundOut:
    """Return the words for a child that has ended."""
    return NotFoundOut(
        f"{child.name} ended with exit code {code}; the end of its log:\n{tail(child.log)}",
        f"read {child.log}, correct what it says, start again: the data are kept",
    )


@functools.cache
def _pool(roots: Path | None) -> urllib3.PoolManager:
    timeout = urllib3.Timeout(10)
    return urllib3.PoolManager(
        retries=False, timeout=timeout, ca_certs=None if roots is None else str(roots)
    )


def until(true: Callable[[], bool], stage: Stage, what: str, seconds: float) -> None:
    """Wait until something is so.

    Raises:
        NotFoundOut: it did not come to be, or a child died.
    """
    end = time.monotonic() + seconds
    while not true():
        stage.all_live()
        if time.monotonic() > end:
            raise NotFoundOut(
                f"{what}: not after {seconds:.0f} s", f"read {stage.map.logs}"
            )
        time.sleep(_STEP_S * 4)
