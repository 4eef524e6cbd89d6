"""Use cases: authorities on record, their signed list, revocation, checks."""

from ca_bridge.domain import Approval
from ca_bridge.service.alarms import Alarms
from ca_bridge.service.authorities import Authorities, Deciding
from ca_bridge.service.certificates import CertificateChecks
from ca_bridge.service.lists import ListPublication, ListSigning
from ca_bridge.service.revocation import Revocations

__all__ = [
    "Alarms",
    "Approval",
    "Authorities",
    "CertificateChecks",
    "Deciding",
    "ListPublication",
    "ListSigning",
    "Revocations",
]
