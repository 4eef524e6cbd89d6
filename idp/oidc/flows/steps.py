"""The authorization request's checks, in their order: one table for all its endpoints."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Flag, auto
from typing import Final, Protocol

from idp.clients.domain import Client, RedirectUri
from idp.oidc.checks import (
    oidc_core,
    openid_federation,
    rfc6749,
    rfc7636,
    rfc8628,
    rfc8707,
    rfc9101,
    rfc9126,
)
from idp.oidc.domain.requests import AuthorizationRequest, as_registered
from idp.oidc.domain.signed import Opened
from idp.oidc.messages.authorization import parse_request


class At(Flag):
    """Endpoints that take authorization requests; a new one is a column here."""

    AUTHORIZE = auto()
    PAR = auto()
    DEVICE = auto()
    TICKET = auto()


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


A, P, D, T = At.AUTHORIZE, At.PAR, At.DEVICE, At.TICKET

# fmt: off
STEPS: Final = (
    Step(oidc_core.no_foreign_request,          A | P | D | T),
    Step(openid_federation.asker_is_proven,     A | P     | T),
    Step(rfc9101.signed_where_registered,       A | P     | T),
    Step(rfc9126.pushed_where_required,         A         | T),
    Step(rfc6749.response_type_is_named,        A | P        ),
    Step(rfc6749.response_type_is_code,         A | P        ),
    Step(rfc6749.client_may_use_codes,          A | P     | T),
    Step(oidc_core.scope_has_openid,            A | P        ),
    Step(oidc_core.scope_is_registered,         A | P | D | T),
    Step(rfc8707.resources_are_registered,      A | P | D | T),
    Step(rfc7636.challenge_is_there,            A | P        ),
    Step(rfc7636.challenge_is_s256,             A | P        ),
    Step(oidc_core.prompt_none_stands_alone,    A | P | D    ),
    Step(rfc8628.somebody_may_be_asked,                 D    ),
    Step(oidc_core.essential_level_exists,      A | P | D    ),
)
# fmt: on


def request_of(
    opened: Opened, client: Client, address: RedirectUri | None = None
) -> AuthorizationRequest:
    """Return the request that parameters of a client stand for, and how they came.

    ``address`` is where the answer goes, None where nothing is redirected.

    Raises:
        RequestMalformed: a parameter is not of its form; the detail names it.
    """
    request = replace(
        parse_request(opened.parameters, has_waited=opened.pushed is not None),
        is_signed=opened.is_signed,
        is_proven=opened.is_proven,
        pushed=opened.pushed,
    )
    return as_registered(request, client, address)


def walk(
    request: AuthorizationRequest, client: Client, at: At, steps: Iterable[Step] = STEPS
) -> None:
    """Apply every step of one endpoint in the order of the table."""
    column = at._value_  # `in` of a Flag costs ten times as much
    for step in steps:
        if step.at._value_ & column:
            step.check(request, client)
