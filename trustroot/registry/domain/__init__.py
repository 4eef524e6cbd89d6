"""Members: what they are, what they may do, and how their state moves."""

from trustroot.registry.domain.members import (
    Actor,
    Application,
    Approval,
    Grounds,
    HistoryEntry,
    Member,
    Suspension,
    Terms,
    moved,
)
from trustroot.registry.domain.probes import (
    ProbeCheck,
    ProbeReport,
)
from trustroot.registry.domain.states import (
    CONFIRM_WITHIN,
    LIFECYCLE,
    Action,
    Measure,
    MemberKind,
    MemberState,
)

__all__ = [
    "CONFIRM_WITHIN",
    "LIFECYCLE",
    "Action",
    "Actor",
    "Application",
    "Approval",
    "Grounds",
    "HistoryEntry",
    "Measure",
    "Member",
    "MemberKind",
    "MemberState",
    "ProbeCheck",
    "ProbeReport",
    "Suspension",
    "Terms",
    "moved",
]
