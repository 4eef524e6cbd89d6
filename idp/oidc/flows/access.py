"""Who may call our own API: implements `kernel.web.Authorizer`."""

from dataclasses import dataclass, replace
from uuid import UUID

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.domain.grants import Grant
from idp.oidc.errors import GrantEnded, TokenRefused
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.verifying import AccessTokens
from idp.oidc.messages.bearer import header_token
from idp.oidc.ports import GrantStore, PersonLookup
from kernel.ids import ClientId, GrantId, PersonId
from kernel.proof.jose import VerifiedClaims
from kernel.standing import Standing
from kernel.web import Access, AccessDenied, AccessTokenMissing, AccessTokenRefused, Caller


@dataclass(frozen=True, slots=True)
class LiveGrants:
    """What a person let a client do at our API, as it stands at this moment."""

    grants: GrantStore
    standing: GrantStanding

    def grant(self, claims: VerifiedClaims) -> Grant:
        """Return the grant behind a person's token: unrevoked, its session not ended.

        Raises:
            AccessTokenRefused: it is not there, or it or somebody it hangs on has ended.
            StandingUnknown: nobody can tell at the moment.
        """
        grant = self.grants.find(_grant_named(claims))
        if grant is None:
            raise AccessTokenRefused("grant")
        try:
            # Whoever acts here is signed in: offline access is for their own data only.
            self.standing.require(replace(grant, is_offline=False))
        except GrantEnded as cause:
            raise AccessTokenRefused(cause.detail) from cause
        return grant


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """Checks signature, audience, subject, standing, scope, role.

    A client's own token is answered from memory; a person's takes the two rows of its
    grant and session.
    """

    tokens: AccessTokens
    clients: ClientLookup
    standing: Standing
    people: PersonLookup
    grants: LiveGrants

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
        caller = self._caller(client, self._person(client, claims), claims)
        scope_is_held(caller, access)
        role_is_held(caller, access)
        if "grant" in claims:
            some_role_is_held(caller)
        return caller

    def _claims(self, token: str) -> VerifiedClaims:
        try:
            return self.tokens.verified(token, self.tokens.issuer.api)
        except TokenRefused as cause:
            raise AccessTokenRefused(cause.detail) from cause

    def _client(self, claims: VerifiedClaims) -> Client:
        """RFC 9068 §2.2: the client is named."""
        try:
            return self.clients.find(ClientId(str(claims.get("client_id"))))
        except ClientUnknown as cause:
            raise AccessTokenRefused("client") from cause

    def _person(self, client: Client, claims: VerifiedClaims) -> PersonId | None:
        """RFC 9068 §2.2: whom it speaks for, who must still be its subject."""
        if "grant" in claims:
            grant = self.grants.grant(claims)
            grant_is_told(grant, client, claims)
            return grant.person
        self.standing.require(*client.parties())
        subject = client.id if client.person is None else str(client.person)
        if claims.get("sub") != subject:
            raise AccessTokenRefused("sub")
        return client.person

    def _caller(
        self, client: Client, person: PersonId | None, claims: VerifiedClaims
    ) -> Caller:
        """A scope taken out of the client's record counts no more, token or not."""
        scopes = frozenset(str(claims.get("scope", "")).split(" ")) & client.oidc.scopes
        return Caller(
            client=client.id,
            person=person,
            pseudonym=None if person is None else self.people.pseudonym(person),
            roles=frozenset() if person is None else self.people.roles(person),
            scopes=scopes,
        )


def grant_is_told(grant: Grant, client: Client, claims: VerifiedClaims) -> None:
    """RFC 9068 §2.2: client and subject are those of the grant."""
    if (grant.client, str(grant.person)) != (client.id, claims.get("sub")):
        raise AccessTokenRefused("sub")


def scope_is_held(caller: Caller, access: Access) -> None:
    """RFC 6750 §3.1 insufficient_scope: the token lacks the scope of the route."""
    if access.scope not in caller.scopes:
        raise AccessDenied(access.scope)


def role_is_held(caller: Caller, access: Access) -> None:
    """ASVS 8.2.1: an act that needs a role needs a person who holds it now."""
    if access.role is not None and access.role not in caller.roles:
        raise AccessDenied(access.role.value)


def some_role_is_held(caller: Caller) -> None:
    """ASVS 8.2.1: through a portal the API is for those who hold a role, reading too."""
    if not caller.roles:
        raise AccessDenied("role")


def _grant_named(claims: VerifiedClaims) -> GrantId:
    try:
        return GrantId(UUID(str(claims["grant"])))
    except ValueError as cause:
        raise AccessTokenRefused("grant") from cause
