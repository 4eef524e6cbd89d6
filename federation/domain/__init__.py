"""Chains and what is kept of them, superiors and their changes, examinations."""

from federation.domain.care import (
    KeptChain,
    after_failure,
    after_success,
    failing_chain_ends,
    is_given_up,
    renewed_chain_ends,
)
from federation.domain.chains import (
    CEILING_CLAIM,
    ON_DEMAND,
    PROVIDER,
    REGION_CLAIM,
    RELYING_PARTY,
    Anchor,
    Budget,
    VerifiedChain,
    least_ceiling,
    verified_chain,
)
from federation.domain.examinations import Examination
from federation.domain.steps import Trace, TraceStep
from federation.domain.superiors import FollowedSuperior, SuperiorChange

__all__ = [
    "CEILING_CLAIM",
    "ON_DEMAND",
    "PROVIDER",
    "REGION_CLAIM",
    "RELYING_PARTY",
    "Anchor",
    "Budget",
    "Examination",
    "FollowedSuperior",
    "KeptChain",
    "SuperiorChange",
    "Trace",
    "TraceStep",
    "VerifiedChain",
    "after_failure",
    "after_success",
    "failing_chain_ends",
    "is_given_up",
    "least_ceiling",
    "renewed_chain_ends",
    "verified_chain",
]
