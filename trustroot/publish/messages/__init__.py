"""What publishing is asked and answers, on the wire."""

from trustroot.publish.messages.queries import (
    details,
    events_since,
    fetch_subject,
    holders_asked,
    list_filter,
    mark_asked,
    page_filter,
    status_asked,
)
from trustroot.publish.messages.refusals import FederationError, FederationErrors

__all__ = [
    "FederationError",
    "FederationErrors",
    "details",
    "events_since",
    "fetch_subject",
    "holders_asked",
    "list_filter",
    "mark_asked",
    "page_filter",
    "status_asked",
]
