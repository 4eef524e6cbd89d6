"""What admission rests on: the rules in force, sealed credentials, and the house's own."""

from dataclasses import dataclass
from datetime import date

from trustroot.registry.domain import in_force_on
from trustroot.registry.ports import PolicyStore
from trustroot.registry.service.credentials import Credentials


@dataclass(frozen=True, slots=True)
class Admission:
    """The registration policy, our secrets at members, and how strict addresses are."""

    policies: PolicyStore
    credentials: Credentials
    http_on_loopback: bool = False

    def policy_version_on(self, day: date) -> str | None:
        """Return the version of the policy in force, or None while there is none."""
        policy = in_force_on(self.policies.all(), day)
        return None if policy is None else policy.version
