"""What an upstream says of its people without a browser: signed assertions."""

from dataclasses import dataclass

from idp.broker.domain import TrustedProvider
from idp.broker.errors import ProviderUnknown
from idp.broker.flows.keys import UpstreamKeys
from idp.broker.flows.trust import Trust
from idp.broker.ports import ProviderStore
from kernel.proof.jose import (
    JwsProfile,
    UnknownKey,
    VerifiedClaims,
    read,
    required_text,
    verify,
)


@dataclass(frozen=True, slots=True)
class Vouches:
    """Believes an assertion of a provider that may be relied on now."""

    providers: ProviderStore
    trust: Trust
    keys: UpstreamKeys

    def vouched(
        self, assertion: str, profile: JwsProfile
    ) -> tuple[TrustedProvider, VerifiedClaims]:
        """Return who signed an assertion, and what it says under their signature.

        Raises:
            JoseRefused: it is no token of ``profile``, or nobody's of that provider.
            ProviderUnknown: its issuer is no upstream of ours, or is out of use.
            ProviderNotTrusted, NotInGoodStanding, StandingUnknown,
            ProviderMetadataUnusable: it may not be relied on at present.
            UpstreamUnavailable, UpstreamKeysMissing: its keys are not at hand.
        """
        issuer = required_text(read(assertion, profile).claims, "iss")
        trusted = self._trusted(issuer)
        for keys in self.keys.sets(trusted):
            try:
                return trusted, verify(assertion, keys, profile)
            except UnknownKey:
                continue
        raise UnknownKey

    def _trusted(self, issuer: str) -> TrustedProvider:
        for provider in self.providers.all():
            if provider.entity_id == issuer and not provider.maintenance:
                return self.trust.believe(provider)
        raise ProviderUnknown(issuer[:64])
