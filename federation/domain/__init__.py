"""Chains and what is kept of them, superiors and their changes, examinations."""

from federation.domain.answers import (
    EVERY_TYPE,
    SHOWN,
    Answer,
    Entry,
    answer_claims,
    answer_ends,
    fingerprint,
    parties_of,
    shown_of,
)
from federation.domain.archive import Archive, Explanation
from federation.domain.asked import Collect, Collected, Resolve
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
    bond,
    least_ceiling,
    verified_chain,
)
from federation.domain.examinations import Examination, Wishes
from federation.domain.steps import Trace, TraceStep
from federation.domain.superiors import ChangesPage, FollowedSuperior, SuperiorChange

__all__ = [
    "CEILING_CLAIM",
    "EVERY_TYPE",
    "ON_DEMAND",
    "PROVIDER",
    "REGION_CLAIM",
    "RELYING_PARTY",
    "SHOWN",
    "Anchor",
    "Answer",
    "Archive",
    "Budget",
    "ChangesPage",
    "Collect",
    "Collected",
    "Entry",
    "Examination",
    "Explanation",
    "FollowedSuperior",
    "KeptChain",
    "Resolve",
    "SuperiorChange",
    "Trace",
    "TraceStep",
    "VerifiedChain",
    "Wishes",
    "after_failure",
    "after_success",
    "answer_claims",
    "answer_ends",
    "bond",
    "failing_chain_ends",
    "fingerprint",
    "is_given_up",
    "least_ceiling",
    "parties_of",
    "renewed_chain_ends",
    "shown_of",
    "verified_chain",
]
