"""How a request reaches a provider: plain, signed, or pushed ahead of the browser."""

from dataclasses import dataclass
from typing import Final

from idp.broker.domain import Pushing, Registration, TrustedProvider
from idp.broker.flows.ourselves import Ourselves
from idp.broker.messages.requests import AuthorizationAsked, with_members
from idp.broker.ports import FederationCalls

_OUTSIDE: Final = ("client_id", "response_type", "scope", "redirect_uri")
"""OIDC Core §6.1: what a provider may want to see beside a signed request too."""

_LONGEST_ADDRESS: Final = 6_000
"""Many servers take 8,000 octets of request line; without our chain they resolve us."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Lays a request out in the way that the provider and our registration ask for."""

    ourselves: Ourselves
    calls: FederationCalls

    def address(self, trusted: TrustedProvider, asked: AuthorizationAsked) -> str:
        """Return where the browser is sent.

        Raises:
            PushNotTaken, UpstreamUnavailable: the request could not be pushed.
            ProviderMetadataUnusable: it takes no proof of us that we can give.
        """
        how = trusted.provider.registration
        endpoint = trusted.metadata.authorization_endpoint
        if how is Registration.AUTOMATIC:
            return self._signed(trusted, asked, endpoint)
        if how is Registration.EXPLICIT and trusted.metadata.pushed_endpoint is not None:
            return self._pushed(trusted, asked, asked.members)
        return asked.location(endpoint)

    def _signed(
        self, trusted: TrustedProvider, asked: AuthorizationAsked, endpoint: str
    ) -> str:
        """OpenID Federation 1.0 §12.1.1: a signed object, pushed where that is taken."""
        signed = self.ourselves.request_object(trusted, asked.members)
        if trusted.metadata.pushed_endpoint is not None:
            return self._pushed(trusted, asked, {"request": signed})
        outside = {name: asked.members[name] for name in _OUTSIDE}
        address = with_members(endpoint, {**outside, "request": signed})
        if len(address) <= _LONGEST_ADDRESS:
            return address
        short = self.ourselves.request_object(trusted, asked.members, with_chain=False)
        return with_members(endpoint, {**outside, "request": short})

    def _pushed(
        self,
        trusted: TrustedProvider,
        asked: AuthorizationAsked,
        members: dict[str, str],
    ) -> str:
        """RFC 9126 §2, §4: the browser brings nothing but our name and a reference."""
        metadata = trusted.metadata
        pushing = Pushing(
            endpoint=metadata.pushed_endpoint or "",
            credentials=self.ourselves.credentials(trusted, asked.client_id),
            members=members,
        )
        named = {"client_id": asked.client_id, "request_uri": self.calls.push(pushing)}
        return with_members(metadata.authorization_endpoint, named)
