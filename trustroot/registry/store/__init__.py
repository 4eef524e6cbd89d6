"""The register over SQL."""

from trustroot.registry.store.members import SqlMembers
from trustroot.registry.store.proposals import SqlProposals
from trustroot.registry.store.upkeep import (
    SqlContactCodes,
    SqlEvidence,
    SqlPolicies,
    SqlWatch,
)

__all__ = [
    "SqlContactCodes",
    "SqlEvidence",
    "SqlMembers",
    "SqlPolicies",
    "SqlProposals",
    "SqlWatch",
]
