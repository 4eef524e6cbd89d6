"""Answers requests from the route tables of all rooms, in front of Flask."""

import logging
from dataclasses import dataclass
from typing import Final

from kernel.errors import DomainError
from kernel.infra.log import request_refused
from kernel.web import (
    Authorizer,
    BodyTooLarge,
    ContentTypeNotAccepted,
    Match,
    MethodNotAllowed,
    Once,
    PathUnknown,
    Problem,
    ProblemTable,
    Reply,
    Request,
    Route,
    Router,
)

_log: Final = logging.getLogger("server")

EDGE_ERRORS: Final = ProblemTable(
    {
        PathUnknown: Problem(404, "There is nothing at this address."),
        MethodNotAllowed: Problem(405, "This address takes another method."),
        BodyTooLarge: Problem(413, "The body is larger than this address takes."),
        ContentTypeNotAccepted: Problem(415, "This address takes another media type."),
    }
)


def at_the_edge(error: DomainError, request: Request) -> Reply:
    """Answer what no route answers; a 405 says what may be asked (RFC 9110 §15.5.6)."""
    reply = EDGE_ERRORS.reply(error, request)
    _noted(error, request, "", reply)
    if not isinstance(error, MethodNotAllowed):
        return reply
    looks = {"HEAD"} if "GET" in error.allowed else set()
    return reply.with_headers(("Allow", ", ".join(sorted(error.allowed | looks))))


class Defect(DomainError):
    """Something was raised that no rule of ours raises: a defect, told as such."""

    code = "defect"


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Finds the route, asks for access, runs the endpoint, translates what it raises."""

    router: Router
    authorizer: Authorizer
    once: Once

    def find(self, method: str, path: str) -> Match:
        """Return the route of a request; HEAD is answered as GET (RFC 9110 §9.3.2).

        Raises:
            PathUnknown, MethodNotAllowed: as they say.
        """
        return self.router.find("GET" if method == "HEAD" else method, path)

    def answer(self, match: Match, request: Request) -> Reply:
        """Answer one request; nothing a route raises leaves this function."""
        route = match.route
        try:
            takes(route, request)
            return self._answered(route, self._prepared(match, request))
        except DomainError as error:
            return self.refused(route, error, request)
        except Exception:  # noqa: BLE001  a defect of one route must not end the server
            _log.exception("defect")
            return route.errors.reply(Defect(), request)

    def _prepared(self, match: Match, request: Request) -> Request:
        if match.parameters:
            request = request.with_parameters(match.parameters)
        access = match.route.access
        if access is None:
            return request
        return request.acting_for(self.authorizer.authorize(request, access))

    def refused(self, route: Route, error: DomainError, request: Request) -> Reply:
        """Answer as the route's family does; whom it lets in is told what to bring."""
        reply = route.errors.reply(error, request)
        _noted(error, request, route.path, reply)
        if route.access is None:
            return reply
        return reply.with_headers(*self.authorizer.challenge(error, request))

    def _answered(self, route: Route, request: Request) -> Reply:
        if route.idempotent:
            outside = bool(route.calls_out)
            return self.once.answer(request, route.endpoint, outside=outside)
        return route.endpoint(request)


def _noted(error: DomainError, request: Request, route: str, reply: Reply) -> None:
    request_refused(error.code, method=request.method, route=route, status=reply.status)


def takes(route: Route, request: Request) -> None:
    """Require the media type and the size that the route takes.

    Raises:
        ContentTypeNotAccepted, BodyTooLarge: as they say.
    """
    if len(request.body) > route.body_limit_bytes:
        raise BodyTooLarge(str(route.body_limit_bytes))
    if route.consumes is not None and request.content_type != route.consumes:
        raise ContentTypeNotAccepted(f"taken: {route.consumes}")
