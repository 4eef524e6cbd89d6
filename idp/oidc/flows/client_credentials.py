"""The client credentials grant."""

from dataclasses import dataclass

from idp.clients.domain import GrantType
from idp.oidc.checks import rfc6749
from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.issuer import API_SCOPES
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.events import ClientTokenIssued
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.resources import named_resources
from kernel.events import AuditTrail
from kernel.ids import correlation


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Gives a client a token of its own, within the scopes of its registration."""

    issuing: TokenIssuer
    trail: AuditTrail

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return one access token; the event is durable before it leaves.

        Raises:
            GrantTypeNotAllowed, ScopeRefused, ResourceRefused: as they say.

        Source: RFC 6749 §4.4, RFC 8707 §2.2.
        """
        client, form = asked.client, asked.form
        rfc6749.client_may_use(client, GrantType.CLIENT_CREDENTIALS)
        ceiling = client.oidc.scopes & API_SCOPES
        scopes = rfc6749.narrowed_scope(ceiling, form.optional("scope"))
        granted = client.oidc.resources | {self.issuing.issuer.api}
        tokens, jti = self.issuing.for_client(
            client,
            " ".join(sorted(scopes)),
            sender=asked.sender,
            resources=named_resources(form, granted) or (),
        )
        self.trail.record(
            ClientTokenIssued(
                relying_party=client.id,
                scope=tokens.scope,
                correlation=correlation(self.issuing.issuer.url, jti),
            )
        )
        return tokens
