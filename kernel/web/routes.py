"""Route tables: what a room answers, listed where a reader and a generator find it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from kernel.errors import Malformed, NotFound
from kernel.web.access import Access
from kernel.web.problems import ErrorTable, ProblemTable
from kernel.web.reply import Endpoint

BODY_LIMIT_BYTES: Final = 65_536


class PathUnknown(NotFound):
    """No route has this path."""

    code = "path_unknown"


class MethodNotAllowed(Malformed):
    """The path is known, but not with this method; ``allowed`` are those it takes."""

    code = "method_not_allowed"

    def __init__(self, detail: str, allowed: Iterable[str]) -> None:
        """Keep what may be asked instead."""
        super().__init__(detail)
        self.allowed = frozenset(allowed)


class BodyTooLarge(Malformed):
    """The body is longer than the route takes."""

    code = "body_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The dataclasses an API route reads and writes; OpenAPI is generated from them.

    Attributes:
        needs: members of the query that must be there, each with what it says.
        arguments: members that may be there.
    """

    summary: str
    request: type | None = None
    response: type | None = None
    status: int = 200
    needs: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of a table.

    Attributes:
        method: upper case.
        path: literal, with ``{name}`` for one captured segment.
        endpoint: the function that answers.
        errors: the family of answers its failures get.
        access: what an access token must carry; None: the endpoint is public, or
            authenticates its caller itself.
        consumes: the media type a body must have; None: any, or none.
        body_limit_bytes: longer bodies are refused unread.
        idempotent: a change that takes an ``Idempotency-Key``.
        calls_out: a sentence that says whom the endpoint calls before it answers, empty if
            nobody: no unit of work is open around it, so its own are as short as without
            an ``Idempotency-Key``.
        shape: for ``/api/v1`` routes, what OpenAPI says of them.
    """

    method: str
    path: str
    endpoint: Endpoint
    errors: ErrorTable = field(default_factory=ProblemTable)
    access: Access | None = None
    consumes: str | None = None
    body_limit_bytes: int = BODY_LIMIT_BYTES
    idempotent: bool = False
    calls_out: str = ""
    shape: Shape | None = None


_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Match(NamedTuple):
    """A route found, and what its pattern captured."""

    route: Route
    parameters: Mapping[str, str]


class Router:
    """Finds the route of a request: literal paths by one lookup, patterns after them."""

    __slots__ = ("_literal", "_patterns", "routes")

    def __init__(self, routes: tuple[Route, ...]) -> None:
        """Index the table.

        Raises:
            ValueError: two routes have one method and path.
        """
        self.routes = routes
        self._literal: dict[str, dict[str, Route]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Route]]] = []
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        known = self._literal.setdefault(route.path, {})
        if route.method in known:
            msg = f"two routes for {route.method} {route.path}"
            raise ValueError(msg)
        if "{" in route.path and not known:
            self._patterns.append((_pattern(route.path), known))
        known[route.method] = route

    def find(self, method: str, path: str) -> Match:
        """Return the route for a request.

        Raises:
            PathUnknown: no route has this path: somebody else may answer it.
            MethodNotAllowed: the path is ours, the method is not.
        """
        by_method, parameters = self._literal.get(path), _NOTHING
        if by_method is None or "{" in path:
            by_method, parameters = self._by_pattern(path)
        route = by_method.get(method)
        if route is None:
            raise MethodNotAllowed(method[:16], by_method)
        return Match(route, parameters)

    def _by_pattern(self, path: str) -> tuple[dict[str, Route], Mapping[str, str]]:
        # RFC 3986 §2.1: %00 is part of no name, and no database looks for one with it.
        if "\0" in path:
            raise PathUnknown("NUL")
        for pattern, by_method in self._patterns:
            matched = pattern.fullmatch(path)
            if matched is not None:
                return by_method, matched.groupdict()
        raise PathUnknown(path[:80])


def _pattern(path: str) -> re.Pattern[str]:
    literal = re.split(r"(\{\w+\*?\})", path)
    return re.compile("".join(_segment(part) for part in literal))


def _segment(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    name = part.strip("{}")
    if name.endswith("*"):
        return f"(?P<{name[:-1]}>.+)"
    return f"(?P<{name}>[^/]+)"
