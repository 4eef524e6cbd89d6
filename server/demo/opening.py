"""What must hold before anything is started."""

from typing import Final

from server.contexts.told import WrongUse
from server.demo.places import Map
from server.demo.wish import Wish
from server.listening import listens

UP: Final = "up"
"""Name of the file that is there while the demo of a folder is up."""
_LAST_BASE: Final = 65_436


def journeys_exist(wish: Wish) -> None:
    """Refuse a walk that cannot be walked before anything is started.

    Raises:
        WrongUse: there is no such journey.
    """
    if wish.journeys is not None:
        from server.demo.journeys.walk import chosen  # noqa: PLC0415  only with --check

        list(chosen(wish.journeys))


def is_up(where: Map) -> bool:
    """Tell whether the demo of this folder runs: its journeys can be walked as it is."""
    up = where.folder / UP
    return up.exists() and all(listens(port) for port in where.ports())


def ports_exist(where: Map) -> None:
    """Refuse a base after which there are no hundred ports.

    Raises:
        WrongUse: it is one.
    """
    if not 0 < where.base <= _LAST_BASE:
        raise WrongUse(f"{where.base} is not the first of a hundred ports", "try 8400")


def scheme_stays(where: Map) -> None:
    """Refuse to go on by another scheme: issuers are names, and names do not change.

    Raises:
        WrongUse: the folder holds a demo that began by the other one.
    """
    settings = where.national.settings_file
    if settings.exists() and where.national.issuer not in settings.read_text("utf-8"):
        raise WrongUse(
            f"{where.folder} holds a demo that does not begin with {where.national.issuer}",
            "start it as it was begun (--tls, --base-port), or give another --data",
        )


def ports_are_free(where: Map) -> None:
    """Refuse to start where somebody listens already.

    Raises:
        WrongUse: it names the ports and whose they would be.
    """
    taken = [f"{port} ({whose})" for port, whose in where.ports().items() if listens(port)]
    if taken:
        raise WrongUse(
            f"these ports are in use: {', '.join(taken)}",
            "stop what listens there (another demo?), or give --base-port",
        )
