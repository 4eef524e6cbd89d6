"""The authorization request's checks, in their order: one table for all its endpoints."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Flag, auto
from typing import Final, Protocol

from idp.clients.domain import Client
from idp.oidc.checks import oidc_core, rfc6749, rfc7636
from idp.oidc.domain.requests import AuthorizationRequest


class At(Flag):
    """Endpoints that take authorization requests; a new one is a column here."""

    AUTHORIZE = auto()


class Check(Protocol):
    """One clause about an authorization request."""

    def __call__(self, request: AuthorizationRequest, client: Client, /) -> None:
        """Return if it is kept; raise otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One row: the clause, and the endpoints where it holds."""

    check: Check
    at: At


A = At.AUTHORIZE

# fmt: off
STEPS: Final = (
    Step(oidc_core.no_foreign_request,        A),
    Step(rfc6749.response_type_is_named,      A),
    Step(rfc6749.response_type_is_code,       A),
    Step(rfc6749.client_may_use_codes,        A),
    Step(oidc_core.scope_has_openid,          A),
    Step(oidc_core.scope_is_registered,       A),
    Step(rfc7636.challenge_is_there,          A),
    Step(rfc7636.challenge_is_s256,           A),
    Step(oidc_core.prompt_none_stands_alone,  A),
    Step(oidc_core.essential_level_exists,    A),
)
# fmt: on


def walk(
    request: AuthorizationRequest, client: Client, at: At, steps: Iterable[Step] = STEPS
) -> None:
    """Apply every step of one endpoint in the order of the table."""
    for step in steps:
        if at in step.at:
            step.check(request, client)
