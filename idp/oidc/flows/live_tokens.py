"""What somebody shows as a token, if it still counts at this moment."""

from dataclasses import dataclass, replace
from uuid import UUID

from idp.clients.domain import Client, GrantType
from idp.clients.errors import ClientUnknown
from idp.oidc.domain.grants import Grant, RefreshToken
from idp.oidc.domain.issuer import Lifetimes
from idp.oidc.errors import GrantRefused, TokenRefused
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.refresh_family import end_of
from idp.oidc.flows.verifying import AccessTokens
from idp.oidc.ports import GrantStore, RefreshStore
from kernel.ids import ClientId, GrantId
from kernel.proof.jose import VerifiedClaims, audiences, required_date
from kernel.secret import Secret
from kernel.standing import NotInGoodStanding, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAccess:
    """An access token that counts now.

    Attributes:
        client: to whom it was issued.
        grant: what it descends from, as far as it still holds; None: the client's own.
    """

    claims: VerifiedClaims
    client: Client
    grant: Grant | None

    @property
    def scopes(self) -> frozenset[str]:
        """What it may do now."""
        held = scopes_held(self.claims, self.client)
        return held if self.grant is None else held & self.grant.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRefresh:
    """A refresh token that could be used now, and the grant it descends from."""

    token: RefreshToken
    grant: Grant


@dataclass(frozen=True, slots=True)
class LiveTokens:
    """Asks of a token everything that its use would ask; uses nothing up."""

    access_tokens: AccessTokens
    grants: GrantStore
    refreshes: RefreshStore
    standing: GrantStanding
    lifetimes: Lifetimes

    def access(self, token: str) -> LiveAccess:
        """Return an access token of ours, for whomever it is.

        Raises:
            TokenRefused: it is none, is over or revoked, or somebody it hangs on may not
                act any more: grant, session, person, client, provider.
            StandingUnknown: nobody can tell at the moment.
        """
        claims = self.access_tokens.in_force(token)
        client = self._client(claims)
        if "grant" not in claims:
            self._own(client, claims)
            reach_is_left(claims, client.oidc.resources | self._ours)
            return LiveAccess(claims=claims, client=client, grant=None)
        grant = self._grant(GrantId(UUID(str(claims["grant"]))))
        reach_is_left(claims, frozenset(grant.resources) | self._ours)
        return LiveAccess(claims=claims, client=client, grant=grant)

    def refresh(self, token: Secret) -> LiveRefresh:
        """Return a refresh token of ours.

        Raises:
            TokenRefused, StandingUnknown: as for ``access``.
        """
        held = self.refreshes.find(token.digest())
        if held is None:
            raise TokenRefused("unknown")
        if held.used_at is not None:
            raise TokenRefused("over")
        grant = self._grant(held.grant)
        held = replace(held, expires_at=end_of(held, grant, self.lifetimes))
        if self.access_tokens.clock() >= held.expires_at:
            raise TokenRefused("over")
        client = self.standing.clients.find(grant.client)
        if GrantType.REFRESH_TOKEN not in client.oidc.grant_types:
            raise TokenRefused("grant type")
        return LiveRefresh(token=held, grant=grant)

    @property
    def _ours(self) -> frozenset[str]:
        issuer = self.access_tokens.issuer
        return frozenset({issuer.api, issuer.userinfo})

    def _client(self, claims: VerifiedClaims) -> Client:
        """RFC 7662 §2.2: a token counts while there is the client it was issued to."""
        try:
            return self.standing.clients.find(ClientId(str(claims.get("client_id"))))
        except ClientUnknown as cause:
            raise TokenRefused("client") from cause

    def _own(self, client: Client, claims: VerifiedClaims) -> None:
        """RFC 9068 §2.2 sub: the client, or the person that it is still bound to."""
        names = {client.id, None if client.person is None else str(client.person)}
        if claims.get("sub") not in names:
            raise TokenRefused("sub")
        try:
            self.standing.standing.require(*client.parties())
        except NotInGoodStanding as cause:
            raise TokenRefused(cause.code) from cause
        came_after_lapses(claims, client, self.standing.standing)

    def _grant(self, name: GrantId) -> Grant:
        """RFC 7662 §2.2: a token counts while the grant it hangs on does."""
        grant = self.grants.find(name)
        if grant is None:
            raise TokenRefused("grant")
        try:
            return self.standing.held(grant)
        except GrantRefused as cause:
            raise TokenRefused(cause.code) from cause


def scopes_held(claims: VerifiedClaims, client: Client) -> frozenset[str]:
    """RFC 9068 §2.2.3: a scope taken out of the client's record counts no more.

    Every access token of ours tells its scopes, those without any too.
    """
    return frozenset(str(claims["scope"]).split()) & client.oidc.scopes


def came_after_lapses(claims: VerifiedClaims, client: Client, standing: Standing) -> None:
    """RFC 6750 §3.1: a client's own token is over with the standing it was issued in.

    Given back, it revives nothing (attacks §6). Such a token is kept nowhere where it
    could be ended; ``iat`` is in whole seconds, so one of the same second is over too.
    """
    lost = standing.last_lapse(*client.parties())
    if lost is not None and required_date(claims, "iat") <= lost:
        raise TokenRefused("standing")


def reach_is_left(claims: VerifiedClaims, left: frozenset[str]) -> None:
    """RFC 8707 §2.2: where its client may have no tokens for any more none counts."""
    if not left.issuperset(audiences(claims)):
        raise TokenRefused("audience")
