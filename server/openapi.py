"""OpenAPI 3.1 of the API, read out of the route tables and served beside them.

Nothing is written twice: shapes give bodies, access gives security, error tables give
problem details. A route without a shape cannot be described and is refused by name.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from kernel.errors import Conflict, DomainError, NotFound, Refused, Unavailable
from kernel.standing import NotInGoodStanding
from kernel.web import (
    JSON,
    PROBLEM,
    Access,
    AccessDenied,
    AccessTokenRefused,
    BodyMalformed,
    BodyTooLarge,
    ContentTypeNotAccepted,
    ProblemTable,
    Reply,
    Request,
    Route,
    Shape,
    schema_of,
)
from kernel.web.idempotency import KeyInUse
from kernel.web.paging import PAGE_LIMIT

PATH: Final = "/api/v1/openapi.json"
DESCRIBED: Final = ("/api/v1/", "/realname/v1/")
"""The two APIs for programs; everything else is described by its own specification."""

Json = dict[str, object]

_VERSION: Final = "1"
_SECURITY: Final = "access_token"
_INTRODUCTION: Final = (
    "Everything an operator can do. Access tokens come from the token endpoint by client "
    "credentials of a client that is bound to one person; the person's role is asked too. "
    "Failures are problem details (RFC 9457) with a stable `code` and the `reference` of "
    "the request. Lists go on after `next`. A change that is sent again under its "
    "Idempotency-Key within 24 hours happens once and is answered alike."
)
_PAGING: Final[Mapping[str, Json]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": 50},
    "after": {"type": "string"},
}
_ALWAYS: Final = (BodyMalformed, Unavailable, DomainError)
_STATUS_MEANS: Final = {"type": "integer", "minimum": 400, "maximum": 599}
_PROBLEM_SCHEMA: Final[Json] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 §3, with `code` and `reference` of ours.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": _STATUS_MEANS,
        "code": {"type": "string", "description": "See docs/errors.md."},
        "detail": {"type": "string"},
        "reference": {"type": "string", "description": "Tell it to the operator."},
    },
    "required": ["type", "title", "status", "code", "reference"],
}


class RouteWithoutShape(DomainError):
    """A route of the API does not say what it reads and writes."""

    code = "route_without_shape"


def is_described(route: Route) -> bool:
    """Tell whether a route belongs to the APIs that this description is of."""
    return route.path.startswith(DESCRIBED)


def document(routes: Iterable[Route], issuer: str) -> Json:
    """Describe the API of the installation at ``issuer``.

    Raises:
        RouteWithoutShape: it names the route.

    Source: OpenAPI Specification 3.1.1 §4.8.1.
    """
    described = sorted(filter(is_described, routes), key=lambda r: (r.path, r.method))
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Trusthub",
            "version": _VERSION,
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": issuer}],
        "tags": [{"name": name} for name in sorted({_tag(r) for r in described})],
        "paths": _paths(described),
        "components": {
            "schemas": {"Problem": _PROBLEM_SCHEMA, **_schemas(described)},
            "securitySchemes": {_SECURITY: _scheme(described, issuer)},
        },
    }


def openapi_route(routes: Iterable[Route], issuer: str) -> Route:
    """Return the route that serves the description of ``routes`` and of itself."""
    shape = Shape(summary="This description")
    own = Route(method="GET", path=PATH, endpoint=_unanswered, shape=shape)
    text = json.dumps(document((*routes, own), issuer), ensure_ascii=False).encode()
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    fresh = (("Cache-Control", "no-cache"), ("ETag", tag))
    said = Reply.content(text, JSON, fresh)

    def describe(request: Request) -> Reply:
        """RFC 9110 §13.1.2: what the caller already has is not sent again."""
        if request.headers.get("if-none-match") == tag:
            return Reply.empty(304, fresh)
        return said

    return Route(method="GET", path=PATH, endpoint=describe, shape=shape)


def _unanswered(_request: Request) -> Reply:
    return Reply.empty()


# ------------------------------------------------------------------ paths


def _paths(described: Iterable[Route]) -> Json:
    paths: dict[str, Json] = {}
    for route in described:
        item = paths.setdefault(route.path.replace("*}", "}"), {})
        item[route.method.lower()] = _operation(route, _shape_of(route))
    return {**paths}


def _shape_of(route: Route) -> Shape:
    if route.shape is None:
        raise RouteWithoutShape(f"{route.method} {route.path}")
    return route.shape


def _operation(route: Route, shape: Shape) -> Json:
    said: Json = {
        "operationId": _operation_id(route),
        "summary": shape.summary,
        "tags": [_tag(route)],
        "parameters": [*_parameters(route, shape)],
        "responses": {str(shape.status): _answer(route, shape), **_problems(route)},
    }
    if shape.request is not None:
        content = {route.consumes or JSON: {"schema": _reference(shape.request)}}
        said["requestBody"] = {"required": True, "content": content}
    if route.access is None:
        return {**said, "security": []}
    if route.access.role is not None:
        said["description"] = _behind(route.access)
    return {**said, "security": [{_SECURITY: [route.access.scope]}]}


def _behind(access: Access) -> str:
    """Return who must be behind the token, and how they have signed in (RFC 9470)."""
    said = [f"The person behind the token is {access.role}."]
    if access.level is not None:
        said.append(f"They signed in at {access.level.acr}.")
    if access.max_age is not None:
        said.append(f"That is at most {int(access.max_age.total_seconds())} s ago.")
    return " ".join(said)


def _operation_id(route: Route) -> str:
    words = re.findall(r"\w+", route.path.removeprefix("/api/v1"))
    return "_".join((route.method.lower(), *words)).replace("-", "_")


def _tag(route: Route) -> str:
    first, _, rest = route.path.lstrip("/").partition("/v1/")
    return re.split(r"[/.]", rest)[0] if first == "api" else first


# ------------------------------------------------------------------ parameters


def _parameters(route: Route, shape: Shape) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\*?\}", route.path):
        yield _parameter("path", name, {"type": "string"}, required=True)
    for name, says in shape.needs.items():
        yield _parameter("query", name, {"type": "string"}, required=True, says=says)
    for name, says in shape.arguments.items():
        schema = _PAGING.get(name, {"type": "string"})
        yield _parameter("query", name, schema, says=says)
    if route.method == "GET" and _has(shape.response, "next"):
        for name in _PAGING.keys() - shape.arguments.keys():
            yield _parameter("query", name, _PAGING[name])
    if route.idempotent:
        key: Json = {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{8,128}$"}
        yield _parameter("header", "Idempotency-Key", key)
    if route.method in {"PUT", "PATCH"} and _has(shape.response, "version"):
        yield _parameter("header", "If-Match", {"type": "string"}, required=True)


def _parameter(
    place: str, name: str, schema: Json, *, required: bool = False, says: str = ""
) -> Json:
    said: Json = {"in": place, "name": name, "required": required, "schema": schema}
    return {**said, "description": says} if says else said


def _has(shape: type | None, name: str) -> bool:
    return is_dataclass(shape) and name in {field.name for field in fields(shape)}


# ------------------------------------------------------------------ answers


def _answer(route: Route, shape: Shape) -> Json:
    said: Json = {"description": shape.summary}
    headers = {}
    if _has(shape.response, "version"):
        headers["ETag"] = {"schema": {"type": "string"}}
    if route.idempotent:
        headers["Idempotency-Replayed"] = {"schema": {"const": "true"}}
    if headers:
        said["headers"] = headers
    if shape.response is not None:
        said["content"] = {JSON: {"schema": _reference(shape.response)}}
    return said


def _problems(route: Route) -> Json:
    """List the statuses of failure with their titles, by the route's own table."""
    table = route.errors if isinstance(route.errors, ProblemTable) else ProblemTable()
    titles: dict[int, set[str]] = {}
    for error in (*_possible(route), *table.rows):
        row = table.row(error)
        titles.setdefault(row.status, set()).add(row.title)
    return {
        str(status): {
            "description": " ".join(sorted(said)),
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, said in sorted(titles.items())
    }


def _possible(route: Route) -> Iterator[type[DomainError]]:
    """Walk the kinds of failure that a route's line in the table makes possible."""
    yield from _ALWAYS
    if route.access is not None:
        yield from (AccessTokenRefused, AccessDenied)
    if "{" in route.path or _shape_of(route).needs:  # both name one thing
        yield NotFound
    if route.method != "GET":
        yield from (BodyTooLarge, Conflict, Refused, NotInGoodStanding)
    if route.calls_out:
        yield KeyInUse
    if route.consumes is not None:
        yield ContentTypeNotAccepted


# ------------------------------------------------------------------ components


def _schemas(described: Iterable[Route]) -> Json:
    shapes = {
        shape
        for route in described
        for shape in (_shape_of(route).request, _shape_of(route).response)
        if shape is not None
    }
    return {_name(shape): schema_of(shape) for shape in sorted(shapes, key=_name)}


def _reference(shape: type) -> Json:
    return {"$ref": f"#/components/schemas/{_name(shape)}"}


def _name(shape: type) -> str:
    """Name a shape by its room: two rooms may have a ReasonBody each."""
    parts = shape.__module__.split(".")
    room = parts[1] if parts[0] in _DIVIDED else parts[0]
    return f"{room}.{shape.__name__}"


_DIVIDED: Final = frozenset({"audit", "idp", "trustroot"})


def _scheme(described: Iterable[Route], issuer: str) -> Json:
    """RFC 6749 §4.4: the grant by which a program of an operator gets its tokens."""
    scopes = {route.access.scope for route in described if route.access is not None}
    flow = {
        "tokenUrl": f"{issuer}/oauth2/token",
        "scopes": {scope: " ".join(reversed(scope.split(":"))) for scope in sorted(scopes)},
    }
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}
