"""Places to listen at: tried before a process is started for them, and asked for one."""

import errno
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, NamedTuple

from config.drivers import Http
from config.words import Problem, SettingsRefused
from server.stopping import LAST_ANSWERS_S

LOOPBACK: Final = "127.0.0.1"
_log: Final = logging.getLogger("server")
_PATIENCE_S: Final = 0.5
_STEP_S: Final = 0.1
_ENDS_WITHIN_S: Final = LAST_ANSWERS_S + 5.0
_CLAIMED: Final = (
    "is claimed by another that is starting or ending: end it (`ss -xap` on Linux shows "
    "who bears the name `@trusthub serve …`), or name another port"
)
_MEANINGS: Final = {
    errno.EADDRINUSE: "is in use: end the program that listens there, or name another",
    errno.EACCES: "may not be used by this user: name a port of 1024 or above",
    errno.EADDRNOTAVAIL: "is no address of this machine",
}


class Place(NamedTuple):
    """An address and a port, and the setting that names the port."""

    setting: str
    host: str
    port: int

    def address(self) -> str:
        """Return the IP address that the host is, or is the name of.

        Raises:
            OSError: it is none.
        """
        return str(_found(self)[-1][0])


def public_place(http: Http) -> Place:
    """Return where requests come."""
    return Place("http.port", http.host, http.port)


def inside_place(http: Http) -> Place:
    """Return where probes come."""
    return Place("http.management_port", http.management_host, http.management_port)


def listens(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether somebody takes connections there; nobody does at what is no host."""
    try:
        socket.create_connection((host, port), _PATIENCE_S).close()
    except (OSError, UnicodeError):
        return False
    return True


def can_be_listened_at(*places: Place) -> None:
    """Require that nobody listens at a place yet, and that we may.

    Serving processes share their port (``SO_REUSEPORT``), so a second installation
    started by mistake would join them: every other request would find strangers. One that
    is loading still does not listen yet: that one is seen by `claimed`.

    Raises:
        SettingsRefused: each place where it cannot be, by its setting.
    """
    problems = tuple(problem for place in places for problem in _problems(place))
    if problems:
        raise SettingsRefused(problems)


@contextmanager
def claimed(place: Place, patience_s: float = _ENDS_WITHIN_S) -> Iterator[None]:
    """Have a place for oneself before anybody listens there, until the end.

    Whoever ends there has it while he gives his last answers, and is waited for; whoever
    listens, or begins to, is not. The claim is a name of the kernel's (unix(7), abstract),
    which no two sockets bear; it goes with this process, however that ends, and is not
    that of processes forked from it. Where there are no such names two that start at one
    moment do not see each other.

    Raises:
        SettingsRefused: somebody else has it and listens, or has it for too long; or the
            host is none.
    """
    claim = _claim(place, patience_s)
    try:
        yield
    finally:
        if claim is not None:
            claim.close()


def _claim(place: Place, patience_s: float) -> socket.socket | None:
    began = time.monotonic()
    name, told = _name_of(place), False
    while True:
        try:
            return _named(name)
        except OSError as failure:
            if listens(place.port, place.host):
                raise SettingsRefused((_problem(place, failure),)) from failure
            if time.monotonic() > began + patience_s:
                said = f"{place.host}:{place.port} {_CLAIMED}"
                raise SettingsRefused((Problem(place.setting, said),)) from failure
        if not told:
            _log.warning("waiting for who starts or ends at %s:%s", place.host, place.port)
            told = True
        time.sleep(_STEP_S)


def _name_of(place: Place) -> str:
    try:
        return f"\0trusthub serve {place.address()}:{place.port}"
    except (OSError, UnicodeError) as failure:
        raise SettingsRefused((_problem(place, failure),)) from failure


def _named(name: str) -> socket.socket | None:
    """Return a socket of that name; None where there are no such names.

    Raises:
        OSError: it is somebody else's.
    """
    if sys.platform != "linux":
        return None
    with ExitStack() as unless_named:
        try:
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            unless_named.callback(claim.close)
            claim.bind(name)
        except OSError as failure:
            if failure.errno == errno.EADDRINUSE:
                raise
            return None
        unless_named.pop_all()
        # Orphans that wait for a slow client would keep the next one from serving.
        os.register_at_fork(after_in_child=claim.close)
        return claim


def _problems(place: Place) -> Iterator[Problem]:
    try:
        _listen(place)
    except (OSError, UnicodeError) as failure:
        yield _problem(place, failure)


def _problem(place: Place, failure: OSError | UnicodeError) -> Problem:
    if isinstance(failure, UnicodeError):
        # RFC 5890 §2.3.1: a part of the name is empty or too long.
        return Problem(place.setting, f"{place.host} is no name of a machine")
    meaning = _MEANINGS.get(failure.errno or 0, f"cannot be used: {failure.strerror}")
    return Problem(place.setting, f"{place.host}:{place.port} {meaning}")


def _listen(place: Place) -> None:
    """Listen and stop; what ended there a moment ago is in nobody's way."""
    family, kind, address = _found(place)
    with socket.socket(family, kind) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(address)
        tried.listen(1)


def _found(place: Place) -> tuple[int, int, tuple[object, ...]]:
    """Return family, kind and address of the socket that would listen there.

    Of a name that has both, the IPv4 address: probes and proxies are told 127.0.0.1.
    """
    found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    family, kind, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, kind, address
