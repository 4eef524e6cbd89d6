"""Who this installation is in the federation."""

from dataclasses import dataclass
from datetime import timedelta

from kernel.ids import EntityId


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
    """

    issuer: EntityId
    name_zh: str
    name_en: str
    superiors: tuple[EntityId, ...]
    lifetime: timedelta
    ahead: timedelta
    max_path_length: int

    @property
    def trust(self) -> EntityId:
        """The anchor or intermediate that signs statements."""
        return EntityId(f"{self.issuer}/trust")

    @property
    def fetch_endpoint(self) -> str:
        """OpenID Federation 1.0 §8.1."""
        return f"{self.trust}/fetch"

    @property
    def list_endpoint(self) -> str:
        """OpenID Federation 1.0 §8.2."""
        return f"{self.trust}/list"

    def metadata(self) -> dict[str, dict[str, object]]:
        """Return what the trust entity says it is (OpenID Federation 1.0 §5.1.1).

        A text in another language has a name of its own (OIDC Registration §2.1).
        """
        return {
            "federation_entity": {
                "federation_fetch_endpoint": self.fetch_endpoint,
                "federation_list_endpoint": self.list_endpoint,
                "organization_name": self.name_zh,
                "organization_name#en": self.name_en,
            }
        }
