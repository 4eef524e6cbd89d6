"""What is published about whom, and what it says."""

from trustroot.publish.domain.answers import Answer, AnswerKind
from trustroot.publish.domain.filters import PAGE_LIMIT, Details, Filter, PageFilter
from trustroot.publish.domain.happenings import (
    EVENTS_A_PAGE,
    Happened,
    Happening,
    Numbered,
    page_start,
)
from trustroot.publish.domain.installation import ENDPOINTS, GUARDED, Installation
from trustroot.publish.domain.marks import (
    REGISTRATION,
    MarkGrant,
    MarkStatus,
    MarkType,
    SignedMark,
    mark_party,
)
from trustroot.publish.domain.naming import Naming, NamingRules
from trustroot.publish.domain.pins import pinned, stated
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
    "ENDPOINTS",
    "EVENTS_A_PAGE",
    "GUARDED",
    "OWN_CEILING",
    "OWN_TYPES",
    "PAGE_LIMIT",
    "REGISTRATION",
    "Answer",
    "AnswerKind",
    "Details",
    "Filter",
    "Happened",
    "Happening",
    "Installation",
    "MarkGrant",
    "MarkStatus",
    "MarkType",
    "Naming",
    "NamingRules",
    "Numbered",
    "PageFilter",
    "SignedMark",
    "Statement",
    "StatementKind",
    "ceiling_claim",
    "constraints",
    "extensions",
    "fingerprint",
    "mark_party",
    "metadata_policy",
    "page_start",
    "pinned",
    "stated",
]
