"""Chains and what is kept of them, superiors and their changes, examinations."""

from federation.domain.care import KeptChain, after_failure, after_success
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
    "VerifiedChain",
    "after_failure",
    "after_success",
    "least_ceiling",
    "verified_chain",
]
