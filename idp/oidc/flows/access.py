"""Who may call our own API: implements `kernel.web.Authorizer`."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.errors import TokenRefused
from idp.oidc.flows.verifying import AccessTokens
from idp.oidc.messages.bearer import header_token
from idp.oidc.ports import PersonLookup
from kernel.ids import ClientId
from kernel.proof.jose import VerifiedClaims
from kernel.standing import Standing
from kernel.web import Access, AccessDenied, AccessTokenMissing, AccessTokenRefused, Caller


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """Answers from memory: signature, audience, standing, scope, role."""

    tokens: AccessTokens
    clients: ClientLookup
    standing: Standing
    people: PersonLookup

    def authorize(self, authorization: str | None, access: Access) -> Caller:
        """Return whom the header speaks for, if they may do what ``access`` asks.

        Raises:
            AccessTokenMissing, AccessTokenRefused, AccessDenied: as they say.
            NotInGoodStanding: the client or its person lost their standing.
            StandingUnknown: nobody can tell at the moment.
        """
        token = header_token(authorization)
        if token is None:
            raise AccessTokenMissing
        claims = self._claims(token)
        client = self._client(claims)
        self.standing.require(*client.parties())
        caller = self._caller(client, claims)
        scope_is_held(caller, access)
        role_is_held(caller, access)
        return caller

    def _claims(self, token: str) -> VerifiedClaims:
        try:
            return self.tokens.verified(token, self.tokens.issuer.api)
        except TokenRefused as cause:
            raise AccessTokenRefused(cause.detail) from cause

    def _client(self, claims: VerifiedClaims) -> Client:
        """RFC 9068 §2.2: the client is named; its person must still be the subject."""
        try:
            client = self.clients.find(ClientId(str(claims.get("client_id"))))
        except ClientUnknown as cause:
            raise AccessTokenRefused("client") from cause
        subject = client.id if client.person is None else str(client.person)
        if claims.get("sub") != subject:
            raise AccessTokenRefused("sub")
        return client

    def _caller(self, client: Client, claims: VerifiedClaims) -> Caller:
        """A scope taken out of the client's record counts no more, token or not."""
        scopes = frozenset(str(claims.get("scope", "")).split(" ")) & client.oidc.scopes
        if client.person is None:
            return Caller(
                client=client.id,
                person=None,
                pseudonym=None,
                roles=frozenset(),
                scopes=scopes,
            )
        return Caller(
            client=client.id,
            person=client.person,
            pseudonym=self.people.pseudonym(client.person),
            roles=self.people.roles(client.person),
            scopes=scopes,
        )


def scope_is_held(caller: Caller, access: Access) -> None:
    """RFC 6750 §3.1 insufficient_scope: the token lacks the scope of the route."""
    if access.scope not in caller.scopes:
        raise AccessDenied(access.scope)


def role_is_held(caller: Caller, access: Access) -> None:
    """ASVS 8.2.1: an act that needs a role needs a person who holds it now."""
    if access.role is not None and access.role not in caller.roles:
        raise AccessDenied(access.role.value)
