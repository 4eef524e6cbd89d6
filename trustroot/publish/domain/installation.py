"""Who this installation is in the federation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from kernel.ids import EntityId
from kernel.proof.jose import ASYMMETRIC
from trustroot.publish.domain.marks import REGISTRATION
from trustroot.publish.domain.naming import NamingRules

ENDPOINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fetch": "federation_fetch_endpoint",
        "list": "federation_list_endpoint",
        "resolve": "federation_resolve_endpoint",
        "trust_mark_status": "federation_trust_mark_status_endpoint",
        "trust_mark_list": "federation_trust_mark_list_endpoint",
        "trust_mark": "federation_trust_mark_endpoint",
        "historical_keys": "federation_historical_keys_endpoint",
        "extended_list": "federation_extended_list_endpoint",
        "events": "federation_subordinate_events_endpoint",
        "collection": "federation_collection_endpoint",
    }
)
"""By their place under the trust entity: OpenID Federation 1.0 §5.1.1, then extensions."""
GUARDED: Final = frozenset(ENDPOINTS) - {"resolve", "collection"}
"""Those at which callers can be made to say who they are (§8.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The two entities of an installation, and how long what it signs is valid.

    Attributes:
        issuer: base URL; the OpenID provider and relying party, our own subordinate.
        superiors: our authority_hints; none for the national root.
        lifetime: validity of what we sign.
        ahead: how long before its end it is signed anew.
        max_path_length: intermediates that may stand between us and a subject, through a
            platform.
        authenticated: names of `ENDPOINTS` that answer known members only.
        naming: which names may stand below a platform, by its entity.
    """

    issuer: EntityId
    name_zh: str
    name_en: str
    superiors: tuple[EntityId, ...]
    lifetime: timedelta
    ahead: timedelta
    max_path_length: int
    authenticated: frozenset[str] = frozenset()
    naming: NamingRules = field(default_factory=dict)

    @property
    def trust(self) -> EntityId:
        """The anchor or intermediate that signs statements."""
        return EntityId(f"{self.issuer}/trust")

    @property
    def is_root(self) -> bool:
        """Whether nobody stands above us."""
        return not self.superiors

    @property
    def fetch_endpoint(self) -> str:
        """OpenID Federation 1.0 §8.1."""
        return self.endpoint("fetch")

    @property
    def list_endpoint(self) -> str:
        """OpenID Federation 1.0 §8.2."""
        return self.endpoint("list")

    @property
    def registration_mark(self) -> str:
        """The type of mark that says: registered here. Only the root issues it."""
        return f"{self.trust}{REGISTRATION}"

    def endpoint(self, name: str) -> str:
        """Return the URL of one of `ENDPOINTS`."""
        return f"{self.trust}/{name}"

    def represented(self, slug: str) -> str:
        """Return where the configuration lies that we host for a represented member."""
        return f"{self.trust}/represented/{slug}/.well-known/openid-federation"

    def registration_policy(self, version: str) -> str:
        """Return the name of a version of the registration policy."""
        return f"{self.trust}/registration-policies/{version}"

    def metadata(self) -> dict[str, dict[str, object]]:
        """Return what the trust entity says it is (OpenID Federation 1.0 §5.1.1).

        A text in another language has a name of its own (OIDC Registration §2.1).
        """
        return {
            "federation_entity": {
                **{said: self.endpoint(name) for name, said in ENDPOINTS.items()},
                **self._authentication(),
                "organization_name": self.name_zh,
                "organization_name#en": self.name_en,
            }
        }

    def _authentication(self) -> dict[str, object]:
        """OpenID Federation 1.0 §5.1.1: unless it is said, endpoints ask for nobody."""
        if not self.authenticated:
            return {}
        methods = {
            f"{ENDPOINTS[name]}_auth_methods": ["private_key_jwt"]
            for name in sorted(self.authenticated)
        }
        return {**methods, "endpoint_auth_signing_alg_values_supported": sorted(ASYMMETRIC)}
