"""What is published about whom, and what it says."""

from trustroot.publish.domain.installation import Installation
from trustroot.publish.domain.statements import Statement, StatementKind, fingerprint
from trustroot.publish.domain.terms import (
    OWN_CEILING,
    OWN_TYPES,
    ceiling_claim,
    constraints,
    extensions,
    metadata_policy,
)

__all__ = [
    "OWN_CEILING",
    "OWN_TYPES",
    "Installation",
    "Statement",
    "StatementKind",
    "ceiling_claim",
    "constraints",
    "extensions",
    "fingerprint",
    "metadata_policy",
]
