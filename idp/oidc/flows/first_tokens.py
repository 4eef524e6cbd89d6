"""The first tokens of a grant that somebody just gave."""

from dataclasses import dataclass

from idp.clients.domain import GrantType
from idp.oidc.checks import rfc9449
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.flows.issuing import PersonTokens
from idp.oidc.flows.refresh_family import RefreshFamily
from idp.oidc.flows.resources import named_resources, resources_of
from kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class FirstTokens:
    """Issues access and ID token, and begins a family where the client may refresh."""

    tokens: PersonTokens
    family: RefreshFamily

    def of(
        self, grant: Grant, asked: TokenRequest, resources: tuple[str, ...] | None
    ) -> Tokens:
        """Return tokens for whoever asked, bound to what they proved.

        Args:
            grant: redeemed, and of the client that asks.
            asked: the request.
            resources: those of the grant that it names; None: it names none.
        """
        return self.tokens.issue(
            grant,
            grant.scopes,
            client=asked.client,
            sender=asked.sender,
            resources=resources,
            nonce=grant.nonce,
            refresh_token=self._family_begun(grant, asked),
        )

    def _family_begun(self, grant: Grant, asked: TokenRequest) -> Secret | None:
        """RFC 6749 §1.5: the first of a family; None for a client that may not refresh."""
        if GrantType.REFRESH_TOKEN not in asked.client.oidc.grant_types:
            return None
        holder = rfc9449.refresh_binding(asked.client, asked.sender)
        return self.family.next(grant, self.tokens.issuing.clock(), holder)

    def named(self, grant: Grant, asked: TokenRequest) -> tuple[str, ...] | None:
        """RFC 8707 §2.2: return the resources that are named, all granted before.

        Raises:
            ResourceRefused: one was not granted.
        """
        return named_resources(asked.form, resources_of(grant, self.tokens.issuing.issuer))
