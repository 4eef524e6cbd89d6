"""What a client signs, held against its clauses: two tables, a column per client kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Flag, auto
from typing import Final, Protocol

from idp.clients.domain import Client
from idp.oidc.checks import openid_federation, rfc7523, rfc9101
from idp.oidc.domain.signed import Signed


class By(Flag):
    """Who signs: a client that is kept here, or a member that federates itself."""

    KEPT = auto()
    MEMBER = auto()


class SignedCheck(Protocol):
    """One clause about what a client signed."""

    def __call__(self, signed: Signed, /) -> None:
        """Return if it is kept; raise otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class SignedStep:
    """One row: the clause, and the clients it binds."""

    check: SignedCheck
    by: By


K, M = By.KEPT, By.MEMBER

# fmt: off
OBJECT_STEPS: Final = (
    SignedStep(rfc9101.algorithm_is_registered,         K | M),
    SignedStep(rfc9101.client_is_the_same,              K | M),
    SignedStep(rfc9101.points_at_no_other,              K | M),
    SignedStep(rfc9101.issuer_if_said_is_client,        K    ),
    SignedStep(rfc9101.audience_if_said_is_us,          K    ),
    SignedStep(openid_federation.issuer_is_client,          M),
    SignedStep(openid_federation.audience_is_us_alone,      M),
    SignedStep(openid_federation.subject_is_absent,     K | M),
    SignedStep(openid_federation.is_named,                  M),
    SignedStep(openid_federation.ends,                      M),
    SignedStep(rfc9101.is_in_force,                     K | M),
)
"""RFC 9101 §6, OpenID Federation 1.0 §12.1.1.1; then its ``jti`` is used up."""

ASSERTION_STEPS: Final = (
    SignedStep(rfc7523.algorithm_is_registered,         K | M),
    SignedStep(rfc7523.issuer_is_client,                K | M),
    SignedStep(rfc7523.subject_is_client,               K | M),
    SignedStep(rfc7523.audience_is_us_alone,            K    ),
    SignedStep(rfc7523.audience_is_issuer_alone,            M),
    SignedStep(rfc7523.is_in_force,                     K | M),
    SignedStep(rfc7523.is_named,                        K | M),
)
"""RFC 7523 §3, OIDC Core §9; then its ``jti`` is used up."""
# fmt: on


def walk_signed(signed: Signed, steps: Iterable[SignedStep]) -> None:
    """Apply every step that binds the client, in the order of the table."""
    who = kind_of(signed.client)
    for step in steps:
        if who in step.by:
            step.check(signed)


def kind_of(client: Client) -> By:
    """Return the column of a client."""
    return By.MEMBER if client.is_member else By.KEPT
