"""A token of the hub is verified twice, by two libraries, before a word of it counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.clock import Clock
from kernel.proof.jose import (
    JwsProfile,
    VerifiedClaims,
    intended_for,
    issued_by,
    read,
    verify,
    within,
)
from kernel.secret import Secret
from portals.rp.checks import oidc_core
from portals.rp.domain import Registration
from portals.rp.ports import Hub, SecondOpinion


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """Verifies what the hub signs for this portal."""

    registration: Registration
    hub: Hub
    second: SecondOpinion
    clock: Clock

    def claims(
        self, token: str, base: JwsProfile, access_token: Secret | None = None
    ) -> VerifiedClaims:
        """Return the claims of a token made by our hub, for us, now, for this purpose.

        Raises:
            JoseRefused: the first library's reasons.
            SecondOpinionDiffers: the second does not agree.
            HubUnavailable: its keys could not be fetched.

        Source: OIDC Core §3.1.3.7, RFC 8725 §3.
        """
        profile = self.registration.profile(base)
        kid = read(token, profile).header.get("kid")
        keys = self.hub.keys(kid if isinstance(kid, str) else None)
        first = verify(token, keys, profile)
        issued_by(first, self.registration.issuer)
        intended_for(first, self.registration.client_id)
        within(first, self.clock())
        chosen = keys.find(kid) if isinstance(kid, str) else keys.only(profile_alg(profile))
        oidc_core.opinions_agree(first, self._second(token, chosen.to_jwk(), access_token))
        return first

    def _second(
        self, token: str, jwk: Mapping[str, object], access_token: Secret | None
    ) -> Mapping[str, object]:
        return self.second.claims(token, jwk, access_token)


def profile_alg(profile: JwsProfile) -> str:
    """Return the one algorithm of a narrowed profile."""
    (only,) = profile.algorithms
    return only
