"""A DPoP proof, held against its clauses: one table, a column per kind of endpoint."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Flag, auto
from typing import Final, Protocol

from idp.oidc.checks import rfc9449
from idp.oidc.domain.proofs import Proof


class Where(Flag):
    """Where a proof comes: where tokens are issued, or where they are used."""

    ISSUER = auto()
    RESOURCE = auto()


class ProofCheck(Protocol):
    """One clause about a proof."""

    def __call__(self, proof: Proof, /) -> None:
        """Return if it is kept; raise otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One row: the clause, and the endpoints where it holds."""

    check: ProofCheck
    where: Where


S, R = Where.ISSUER, Where.RESOURCE

# fmt: off
PROOF_STEPS: Final = (
    ProofStep(rfc9449.claims_are_there,             S | R),
    ProofStep(rfc9449.method_is_that_of_request,    S | R),
    ProofStep(rfc9449.address_is_that_of_request,   S | R),
    ProofStep(rfc9449.token_is_named,                   R),
    ProofStep(rfc9449.is_fresh,                     S | R),
    ProofStep(rfc9449.nonce_is_ours,                S | R),
)
"""RFC 9449 §4.3 checks 3 and 8 to 12; checks 1, 2 and 4 to 7 came before, for nothing can
be read without them; then the ``jti`` is used up (§11.1)."""
# fmt: on


def walk_proof(
    proof: Proof, where: Where, steps: Iterable[ProofStep] = PROOF_STEPS
) -> None:
    """Apply every step of one kind of endpoint, in the order of the table."""
    column = where._value_  # `in` of a Flag costs ten times as much
    for step in steps:
        if step.where._value_ & column:
            step.check(proof)
