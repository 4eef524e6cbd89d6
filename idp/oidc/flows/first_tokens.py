"""The first tokens of a grant that somebody just gave."""

from dataclasses import dataclass, replace

from idp.clients.domain import GrantType
from idp.oidc.checks import rfc9449
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.flows.issuing import PersonTokens
from idp.oidc.flows.refresh_family import RefreshFamily
from idp.oidc.flows.resources import named_resources, resources_of


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
        client, sender = asked.client, asked.sender
        tokens = self.tokens.issue(
            grant, grant.scopes, client=client, sender=sender, resources=resources
        )
        if GrantType.REFRESH_TOKEN not in client.oidc.grant_types:
            return tokens
        holder = rfc9449.refresh_binding(client, sender)
        fresh = self.family.next(grant, self.tokens.issuing.clock(), holder)
        return replace(tokens, refresh_token=fresh)

    def named(self, grant: Grant, asked: TokenRequest) -> tuple[str, ...] | None:
        """RFC 8707 §2.2: return the resources that are named, all granted before.

        Raises:
            ResourceRefused: one was not granted.
        """
        return named_resources(asked.form, resources_of(grant, self.tokens.issuing.issuer))
