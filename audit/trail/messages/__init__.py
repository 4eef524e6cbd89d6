"""Wire and file forms of the record."""

from audit.trail.messages.record import (
    EventsView,
    EventView,
    ProofView,
    export_line,
    parse_export_line,
    parse_proof,
    parse_query,
)
from audit.trail.messages.tracing import (
    StepView,
    TracedView,
    TraceView,
    WhyView,
)

__all__ = [
    "EventView",
    "EventsView",
    "ProofView",
    "StepView",
    "TraceView",
    "TracedView",
    "WhyView",
    "export_line",
    "parse_export_line",
    "parse_proof",
    "parse_query",
]
