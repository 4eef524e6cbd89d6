"""What a portal that federates itself says about itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.proof.statement import Lifetime, entity_configuration_claims
from portals.rp.domain import Registration
from portals.rp.ports import FederationKeys

_LIFETIME: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEntity:
    """The entity configuration of a relying party (OpenID Federation 1.0 §3, §5.1.2)."""

    registration: Registration
    superiors: tuple[EntityId, ...]
    name_zh: str
    name_en: str
    told: str
    keys: FederationKeys
    clock: Clock

    def configuration(self) -> str:
        """Return the signed statement; federation keys sign it, protocol keys are in it."""
        now = self.clock()
        claims = entity_configuration_claims(
            EntityId(self.registration.client_id),
            self.keys.federation.published,
            Lifetime(now, now + _LIFETIME),
            {"openid_relying_party": self._metadata()},
            authority_hints=self.superiors,
        )
        return self.keys.federation.sign("entity-statement+jwt", claims)

    def _metadata(self) -> dict[str, object]:
        ours = self.registration
        return {
            "application_type": "web",
            "backchannel_logout_session_required": True,
            "backchannel_logout_uri": self.told,
            "client_name": self.name_zh,
            "client_name#en": self.name_en,
            "client_registration_types": ["automatic"],
            "grant_types": ["authorization_code"],
            "id_token_signed_response_alg": ours.algorithm,
            "jwks": self.keys.protocol.published.to_jwks(),
            "organization_name": self.name_zh,
            "post_logout_redirect_uris": [ours.after_sign_out],
            "redirect_uris": [ours.redirect_uri],
            "request_object_signing_alg": "ES256",
            "response_types": ["code"],
            "scope": " ".join(ours.scopes),
            "subject_type": "pairwise",
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
        }
