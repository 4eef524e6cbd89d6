"""The route tables of every room of the hub, laid out without anything behind them."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import cast

from audit.trail.api import EventEndpoints
from audit.trail.flows.read import Record
from audit.trail.ports import LogKey
from ca_bridge import api as ca_bridge
from federation import api as federation
from federation.api import joining_routes
from idp.broker.api import providers
from idp.clients import api as clients
from idp.oidc.api import engineers, registering
from idp.people import api as people
from idp.session import api as sessions
from kernel.web import Route
from realname import api as realname
from trustroot.keys import api as keys
from trustroot.publish.api import mark_routes
from trustroot.registry import api as registry

API_TABLES: tuple[ModuleType, ...] = (
    ca_bridge,
    clients,
    engineers,
    federation,
    keys,
    people,
    providers,
    realname,
    registering,
    registry,
    sessions,
)


def api_routes() -> tuple[Route, ...]:
    """Every route under /api/v1 and /realname/v1; none of them can be called."""
    listed = (*(table.routes for table in API_TABLES), joining_routes, mark_routes)
    tables = (laid_out(table) for table in listed)
    routes = (*(route for table in tables for route in table), *audit_routes())
    return tuple(r for r in routes if r.path.startswith(("/api/v1/", "/realname/v1/")))


def audit_routes() -> tuple[Route, ...]:
    """The auditors' table, which is a method of its API."""
    record, key = cast("Record", absent()), cast("LogKey", absent())
    return EventEndpoints(record, key, {}).routes()


def laid_out(routes: Callable[..., tuple[Route, ...]]) -> tuple[Route, ...]:
    """Call a room's ``routes`` with services that are never asked while it runs."""
    return routes(*(absent() for _ in inspect.signature(routes).parameters))


class _Absent:
    """A service of which only the bound methods are taken, and none is called."""

    def __getattr__(self, name: str) -> Callable[[object], object]:
        def endpoint(_request: object) -> object:
            raise AssertionError(name)

        return endpoint


def absent() -> object:
    """Return something that stands where a service stands, and is none."""
    return _Absent()
