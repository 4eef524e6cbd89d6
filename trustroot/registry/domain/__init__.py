"""Members: what they are, what they may do, and how their state moves."""

from trustroot.registry.domain.contacts import (
    ASK_AGAIN_AFTER,
    CODE_DIGITS,
    CODE_LIFETIME,
    CODE_TRIES,
    ContactCode,
    MemberNotice,
    ProvenContact,
    TestClient,
    mail_address,
)
from trustroot.registry.domain.evidence import (
    LADDER,
    Evidence,
    EvidenceId,
    EvidenceKind,
    Ladder,
    Rung,
    Step,
)
from trustroot.registry.domain.members import (
    Actor,
    Application,
    Approval,
    Contract,
    Grounds,
    HistoryEntry,
    Member,
    Suspension,
    moved,
)
from trustroot.registry.domain.policies import RegistrationPolicy
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
from trustroot.registry.domain.terms import PROTOCOLS, Approved, Representation, Terms
from trustroot.registry.domain.watch import (
    Findings,
    WatchEntry,
    finds_the_same,
    newly_failed,
)

__all__ = [
    "ASK_AGAIN_AFTER",
    "CODE_DIGITS",
    "CODE_LIFETIME",
    "CODE_TRIES",
    "CONFIRM_WITHIN",
    "LADDER",
    "LIFECYCLE",
    "PROTOCOLS",
    "Action",
    "Actor",
    "Application",
    "Approval",
    "Approved",
    "ContactCode",
    "Contract",
    "Evidence",
    "EvidenceId",
    "EvidenceKind",
    "Findings",
    "Grounds",
    "HistoryEntry",
    "Ladder",
    "Measure",
    "Member",
    "MemberKind",
    "MemberNotice",
    "MemberState",
    "ProbeCheck",
    "ProbeReport",
    "ProvenContact",
    "RegistrationPolicy",
    "Representation",
    "Rung",
    "Step",
    "Suspension",
    "Terms",
    "TestClient",
    "WatchEntry",
    "finds_the_same",
    "mail_address",
    "moved",
    "newly_failed",
]
