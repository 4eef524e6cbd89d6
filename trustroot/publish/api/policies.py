"""The rules of admission for everybody to read: statements name the version they go by."""

from dataclasses import dataclass
from typing import Final

from kernel.web import Reply, Request, Route
from trustroot.publish.errors import PolicyUnpublished
from trustroot.registry.domain import RegistrationPolicy
from trustroot.registry.service import Policies

_PATH: Final = "/trust/registration-policies/{version}"
_PLAIN: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PolicyTexts:
    """Versions of the registration policy, as they were adopted; none ever changes."""

    policies: Policies

    def show(self, request: Request) -> Reply:
        """Return one version, Chinese first and complete in English."""
        version = request.parameters["version"]
        for policy in self.policies.all():
            if policy.version == version:
                return Reply.content(_laid_out(policy).encode(), _PLAIN)
        raise PolicyUnpublished(version[:64])


def policy_routes(policies: Policies) -> tuple[Route, ...]:
    """Return the table."""
    return (Route(method="GET", path=_PATH, endpoint=PolicyTexts(policies).show),)


def _laid_out(policy: RegistrationPolicy) -> str:
    version, since = policy.version, policy.valid_from
    chinese = f"接入规则 {version}（自 {since} 起施行）\n\n{policy.text_zh}"
    english = f"Registration policy {version}, in force from {since}\n\n{policy.text_en}"
    return f"{chinese}\n\n----\n\n{english}\n"
