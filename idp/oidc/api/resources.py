"""Answers of a protected resource that turns somebody away (RFC 6750 §3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from idp.oidc import errors
from idp.oidc.api.challenges import NONCE, challenges
from idp.oidc.api.errors import RESOURCE_ERRORS, Rows, description, row_of
from kernel.errors import DomainError
from kernel.web import Reply, Request

_TOLD: Final[Mapping[type[DomainError], Mapping[str, str]]] = {
    errors.ScopeInsufficient: {"scope": "openid"}
}
_ASKED_AGAIN: Final = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class ResourceTable:
    """Answers a failure with a challenge for each scheme, and the reference beside it.

    ``resource`` is the resource as its metadata names it.
    """

    resource: str
    rows: Rows = field(default_factory=lambda: RESOURCE_ERRORS)

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the answer; whoever sent no token is told of no error (RFC 6750 §3.1)."""
        row = row_of(error, self.rows)
        body = {"error": row.error} if row.error else {}
        body |= {
            "error_description": description(row, error),
            "reference": request.reference,
        }
        reply = Reply.json(body, row.status).with_headers(*row.headers)
        if row.status in _ASKED_AGAIN:
            told = _TOLD.get(type(error), {})
            asked = challenges(request, self.resource, row.error, told)
            reply = reply.with_headers(*asked)
        if isinstance(error, errors.DpopNonceNeeded):  # RFC 9449 §9
            return reply.with_headers((NONCE, error.nonce))
        return reply
