"""What endpoints for clients add to their answers: nonces, and leave to read them.

Scripts of other origins may call them: nothing here counts cookies, so that a visitor's
browser lends a script nothing that it did not have (Fetch Metadata; RFC 9449 §8).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from idp.oidc.api.challenges import NONCE
from idp.oidc.flows.nonces import Nonces
from kernel.errors import DomainError
from kernel.web import Endpoint, ErrorTable, Headers, Reply, Request, Route

ISSUING: Final = frozenset(
    {
        "/oauth2/token",
        "/oauth2/par",
        "/oauth2/device_authorization",
        "/oauth2/revoke",
        "/oauth2/introspect",
    }
)
USING: Final = frozenset({"/oidc/userinfo"})
_READ: Final[Headers] = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", f"{NONCE}, WWW-Authenticate"),
)
_MAY: Final[Headers] = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP"),
    ("Access-Control-Max-Age", "600"),
)


@dataclass(frozen=True, slots=True)
class Answering:
    """An endpoint whose answers tell the nonce of the next proof (RFC 9449 §8.2)."""

    endpoint: Endpoint
    nonces: Nonces

    def __call__(self, request: Request) -> Reply:
        """Answer as the endpoint does; a proof is told what the next one shall bear."""
        reply = readable(self.endpoint(request), request)
        if request.headers.get("dpop") is None:
            return reply
        return reply.with_headers(*((NONCE, one) for one in self.nonces.counting()[:1]))


@dataclass(frozen=True, slots=True)
class ReadableErrors:
    """The answers of a table, for scripts of other origins too."""

    errors: ErrorTable

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Lay the failure out as the table does."""
        return readable(self.errors.reply(error, request), request)


@dataclass(frozen=True, slots=True)
class Preflight:
    """Tells a browser that a script may ask (Fetch, CORS-preflight)."""

    method: str

    def __call__(self, _request: Request) -> Reply:
        """Return what may be sent."""
        return Reply.empty(204, (*_MAY, ("Access-Control-Allow-Methods", self.method)))


def readable(reply: Reply, request: Request) -> Reply:
    """Let a script read an answer if a script asked."""
    if request.headers.get("origin") is None:
        return reply
    missing = (pair for pair in _READ if reply.header(pair[0]) is None)
    return reply.with_headers(*missing)


def for_senders(routes: Iterable[Route], issuing: Nonces, using: Nonces) -> Iterator[Route]:
    """Walk the routes, those for clients with what all of these add."""
    methods: dict[str, list[str]] = {}
    for route in routes:
        if route.path not in ISSUING | USING:
            yield route
            continue
        nonces = issuing if route.path in ISSUING else using
        methods.setdefault(route.path, []).append(route.method)
        yield replace(
            route,
            endpoint=Answering(route.endpoint, nonces),
            errors=ReadableErrors(route.errors),
        )
    for path, known in methods.items():
        allowed = Preflight(", ".join(known))
        yield Route(method="OPTIONS", path=path, endpoint=allowed)
