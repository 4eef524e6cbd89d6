"""Who may call our own API; `api.door` is the `kernel.web.Authorizer` around it."""

from dataclasses import dataclass, replace
from uuid import UUID

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.checks import rfc9470
from idp.oidc.domain.grants import Grant
from idp.oidc.errors import (
    DpopNonceNeeded,
    DpopProofRefused,
    GrantEnded,
    TokenRefused,
)
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.live_tokens import came_after_lapses, scopes_held
from idp.oidc.flows.proofs import SenderProof
from idp.oidc.flows.verifying import AccessTokens
from idp.oidc.messages.bearer import header_token
from idp.oidc.ports import GrantStore, PersonLookup
from kernel.ids import ClientId, GrantId, PersonId
from kernel.proof.jose import VerifiedClaims
from kernel.standing import Standing
from kernel.web import (
    Access,
    AccessDenied,
    AccessTokenMissing,
    AccessTokenRefused,
    Caller,
    Request,
    SenderNonceNeeded,
    SenderProofRefused,
)


@dataclass(frozen=True, slots=True)
class BroughtTokens:
    """Access tokens for our API, each in the hands of whom it was made for."""

    tokens: AccessTokens
    sender: SenderProof

    def claims(self, request: Request) -> VerifiedClaims:
        """Return the claims of the token that a request bears in its head.

        Raises:
            AccessTokenMissing: there is none.
            AccessTokenRefused: it is none of ours for the API, or another's.
            SenderProofRefused, SenderNonceNeeded: the proof of its key lacks something.

        Source: RFC 6750 §2.1, RFC 9068 §4, RFC 9449 §7, RFC 8705 §3.
        """
        token = header_token(request.headers.get("authorization"))
        if token is None:
            raise AccessTokenMissing
        try:
            claims = self.tokens.verified(token, self.tokens.issuer.api)
            self.sender.check(request, claims)
        except DpopNonceNeeded as cause:
            raise SenderNonceNeeded(cause.nonce) from cause
        except DpopProofRefused as cause:
            raise SenderProofRefused(cause.detail) from cause
        except TokenRefused as cause:
            raise AccessTokenRefused(cause.detail) from cause
        return claims


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
    """Checks signature, audience, sender, subject, standing, scope, role, sign-in.

    A client's own token is answered from memory; a person's takes the two rows of its
    grant and session.
    """

    tokens: BroughtTokens
    clients: ClientLookup
    standing: Standing
    people: PersonLookup
    grants: LiveGrants

    def authorize(self, request: Request, access: Access) -> Caller:
        """Return whom the request speaks for, if they may do what ``access`` asks.

        Raises:
            AccessTokenMissing, AccessTokenRefused, AccessDenied: as they say.
            SenderProofRefused, SenderNonceNeeded: as for `BroughtTokens`.
            StepUpNeeded: the sign-in behind it is too weak, or too long ago.
            NotInGoodStanding: the client or its person lost their standing.
            StandingUnknown: nobody can tell at the moment.
        """
        claims = self.tokens.claims(request)
        client = self._client(claims)
        caller = self._caller(client, self._person(client, claims), claims)
        scope_is_held(caller, access)
        role_is_held(caller, access)
        if "grant" in claims:
            some_role_is_held(caller)
            rfc9470.sign_in_is_enough(claims, access, self.tokens.tokens.clock())
        return caller

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
        self._own(client, claims)
        return client.person

    def _own(self, client: Client, claims: VerifiedClaims) -> None:
        """RFC 9068 §2.2: a client's own token, whose subject is as it was then."""
        subject = client.id if client.person is None else str(client.person)
        if claims.get("sub") != subject:
            raise AccessTokenRefused("sub")
        try:
            came_after_lapses(claims, client, self.standing)
        except TokenRefused as cause:
            raise AccessTokenRefused(cause.detail) from cause

    def _caller(
        self, client: Client, person: PersonId | None, claims: VerifiedClaims
    ) -> Caller:
        """Who calls, as of now: roles and scopes may be fewer than the token tells."""
        return Caller(
            client=client.id,
            person=person,
            pseudonym=None if person is None else self.people.pseudonym(person),
            roles=frozenset() if person is None else self.people.roles(person),
            scopes=scopes_held(claims, client),
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
    """Ours: a token of our API names the grant it hangs on."""
    try:
        return GrantId(UUID(str(claims["grant"])))
    except ValueError as cause:
        raise AccessTokenRefused("grant") from cause
