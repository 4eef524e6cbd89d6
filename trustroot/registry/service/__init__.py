"""Members from application to withdrawal."""

from trustroot.registry.service.admission import Admission
from trustroot.registry.service.applying import Applying
from trustroot.registry.service.contacts import CodeDrawer, ContactProofs
from trustroot.registry.service.credentials import Credentials
from trustroot.registry.service.deciding import Deciding
from trustroot.registry.service.evidences import Evidences, Received
from trustroot.registry.service.policies import Policies
from trustroot.registry.service.record import Act, Record
from trustroot.registry.service.registry import Registry
from trustroot.registry.service.suspending import Suspending
from trustroot.registry.service.telling import CODE_JOB, NOTICE_JOB, Carrying, Telling
from trustroot.registry.service.waiting import Waiting
from trustroot.registry.service.watching import Watching

__all__ = [
    "CODE_JOB",
    "NOTICE_JOB",
    "Act",
    "Admission",
    "Applying",
    "Carrying",
    "CodeDrawer",
    "ContactProofs",
    "Credentials",
    "Deciding",
    "Evidences",
    "Policies",
    "Received",
    "Record",
    "Registry",
    "Suspending",
    "Telling",
    "Waiting",
    "Watching",
]
