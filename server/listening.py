"""Places to listen at: tried before a process is started for them, and asked for one."""

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, NamedTuple

from config.drivers import Http
from config.words import Problem, SettingsRefused

LOOPBACK: Final = "127.0.0.1"
_PATIENCE_S: Final = 0.5
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
def claimed(place: Place) -> Iterator[None]:
    """Have a place for oneself before anybody listens there, until the end.

    The claim is a name of the kernel's (unix(7), abstract), which no two sockets bear; it
    goes with the last process that holds it, however that ends. Only Linux has such names:
    elsewhere two that start at the same moment do not see each other.

    Raises:
        SettingsRefused: somebody has claimed it, and is loading or ending perhaps.
    """
    with ExitStack() as held:
        if sys.platform == "linux":
            claim = held.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
            try:
                claim.bind(f"\0trusthub serve {place.address()}:{place.port}")
            except OSError as failure:
                raise SettingsRefused((_problem(place, failure),)) from failure
        yield


def _problems(place: Place) -> Iterator[Problem]:
    try:
        _listen(place)
    except OSError as failure:
        yield _problem(place, failure)
    except UnicodeError:
        # RFC 5890 §2.3.1: a part of the name is empty or too long.
        yield Problem(place.setting, f"{place.host} is no name of a machine")


def _problem(place: Place, failure: OSError) -> Problem:
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
