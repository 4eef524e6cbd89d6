"""What a client signs, held against its clauses: two tables, a column per client kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Flag, auto
from typing import Final, Protocol

from idp.clients.domain import Client, rules_of
from idp.oidc.checks import fapi2, openid_federation, rfc7523, rfc9101
from idp.oidc.domain.signed import Signed


class By(Flag):
    """Who signs: a client kept here, a member that federates itself, one under FAPI 2.0."""

    KEPT = auto()
    MEMBER = auto()
    STRICT = auto()


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


K, M, S = By.KEPT, By.MEMBER, By.STRICT

# fmt: off
OBJECT_STEPS: Final = (
    SignedStep(rfc9101.algorithm_is_registered,         K | M | S),
    SignedStep(fapi2.object_algorithm_is_of_profile,    K | M | S),
    SignedStep(rfc9101.client_is_the_same,              K | M | S),
    SignedStep(rfc9101.points_at_no_other,              K | M | S),
    SignedStep(rfc9101.issuer_if_said_is_client,        K     | S),
    SignedStep(rfc9101.audience_if_said_is_us,          K     | S),
    SignedStep(openid_federation.issuer_is_client,          M    ),
    SignedStep(openid_federation.audience_is_us_alone,      M    ),
    SignedStep(openid_federation.subject_is_absent,     K | M | S),
    SignedStep(openid_federation.is_named,                  M    ),
    SignedStep(openid_federation.ends,                      M    ),
    SignedStep(rfc9101.is_in_force,                     K | M | S),
)
"""RFC 9101 §6, OpenID Federation 1.0 §12.1.1.1; then its ``jti`` is used up."""

ASSERTION_STEPS: Final = (
    SignedStep(rfc7523.algorithm_is_registered,         K | M | S),
    SignedStep(fapi2.algorithm_is_of_profile,           K | M | S),
    SignedStep(rfc7523.issuer_is_client,                K | M | S),
    SignedStep(rfc7523.subject_is_client,               K | M | S),
    SignedStep(rfc7523.audience_is_us_alone,            K        ),
    SignedStep(rfc7523.audience_is_issuer_alone,            M    ),
    SignedStep(fapi2.audience_is_one_text,                      S),
    SignedStep(rfc7523.is_in_force,                     K | M | S),
    SignedStep(fapi2.ends_soon,                                 S),
    SignedStep(rfc7523.is_named,                        K | M | S),
)
"""RFC 7523 §3, OIDC Core §9; then its ``jti`` is used up."""
# fmt: on


def walk_signed(signed: Signed, steps: Iterable[SignedStep]) -> None:
    """Apply every step that binds the client, in the order of the table."""
    who = kind_of(signed.client)
    column = who._value_  # `in` of a Flag costs ten times as much
    for step in steps:
        if step.by._value_ & column:
            step.check(signed)


def kind_of(client: Client) -> By:
    """Return the column of a client."""
    if client.is_member:
        return By.MEMBER
    strict = rules_of(client).assertion_audience_is_issuer_string
    return By.STRICT if strict else By.KEPT
