"""The refresh grant at the token endpoint."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from idp.clients.domain import GrantType, rules_of
from idp.oidc.checks import rfc6749, rfc9449
from idp.oidc.domain.grants import Grant, RefreshToken, Tokens
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.reach import reach_of
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import RefreshTokenExpired, RefreshTokenUnknown
from idp.oidc.events import TokensRefreshed
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.issuing import PersonTokens
from idp.oidc.flows.refresh_family import RefreshFamily, end_of
from idp.oidc.flows.resources import named_resources, resources_of
from kernel.clock import Clock
from kernel.events import AuditTrail, Levels
from kernel.secret import Digest, Secret
from kernel.web import Form
from kernel.work import InOneUnit


@dataclass(frozen=True, slots=True)
class Refresh:
    """Turns one refresh token into fresh tokens and the next refresh token, once."""

    tokens: PersonTokens
    family: RefreshFamily
    standing: GrantStanding
    trail: AuditTrail
    in_one_unit: InOneUnit
    clock: Clock

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return fresh tokens; a narrower ``scope`` narrows this access token only.

        Raises:
            RefreshTokenReused: it was used before; its family is revoked.
            GrantRefused, ScopeRefused, ResourceRefused, GrantTypeNotAllowed: as they say.

        Source: RFC 6749 §6, RFC 8707 §2.2, RFC 9449 §5, RFC 9700 §4.14, OIDC Core §12.
        """
        token = Secret(asked.form.required("refresh_token")).digest()
        rfc6749.client_may_use(asked.client, GrantType.REFRESH_TOKEN)
        return self.in_one_unit(partial(self._rotated, asked, token, self.clock()))

    def _rotated(self, asked: TokenRequest, token: Digest, now: datetime) -> Tokens:
        """RFC 6749 §6: hold the refresh token against who brings it, then give the next."""
        held, grant = self._found(token)
        self.standing.require(grant)
        rfc6749.code_was_issued_to(grant, asked.client)
        rfc9449.refresh_token_was_bound_to(held, asked.sender)
        self.family.came_first(held, grant, now)
        token_is_fresh(held, now, end_of(held, grant, self.tokens.issuing.lifetimes))
        grant = self.standing.left(grant)
        scopes, resources = self._narrowed(grant, asked.form)
        following = self._following(held, grant, asked, now)
        tokens = self.tokens.issue(
            grant,
            scopes,
            client=asked.client,
            sender=asked.sender,
            resources=resources,
            refresh_token=following,
        )
        self.trail.record(self._refreshed(grant))
        return tokens

    def _narrowed(
        self, grant: Grant, form: Form
    ) -> tuple[frozenset[str], tuple[str, ...] | None]:
        """RFC 6749 §6, RFC 8707 §2.2: less than was granted, which must fit together."""
        said, issuer = form.optional("scope"), self._issuer
        scopes = rfc6749.narrowed_scope(grant.scopes, said)
        resources = named_resources(form, resources_of(grant, issuer))
        if said is not None:
            reach = reach_of(issuer, scopes, grant.resources, resources)
            rfc6749.some_scope_is_left(reach.scopes)
        return scopes, resources

    def _following(
        self, held: RefreshToken, grant: Grant, asked: TokenRequest, now: datetime
    ) -> Secret | None:
        """RFC 9700 §4.14.2: the next token, or none where this one stays (FAPI 2.0)."""
        if not rules_of(asked.client).rotates_refresh:
            self.family.prolong(held, grant, now)
            return None
        self.family.use_once(held.digest, grant, now)
        holder = rfc9449.next_refresh_binding(held.sender, asked.client, asked.sender)
        return self.family.next(grant, now, holder)

    @property
    def _issuer(self) -> Issuer:
        return self.tokens.issuing.issuer

    def _refreshed(self, grant: Grant) -> TokensRefreshed:
        return TokensRefreshed(
            grant=grant.id,
            relying_party=grant.client,
            subject=self.tokens.people.pseudonym(grant.person),
            levels=Levels(delivered=grant.level),
        )

    def _found(self, token: Digest) -> tuple[RefreshToken, Grant]:
        """RFC 6749 §6: the refresh token must be one that was issued here."""
        found = self.family.tokens.with_grant(token)
        if found is None:
            raise RefreshTokenUnknown
        return found


def token_is_fresh(held: RefreshToken, now: datetime, ends: datetime) -> None:
    """RFC 9700 §4.14.2: a refresh token expires when it was not used for some time."""
    if now >= ends:
        raise RefreshTokenExpired(str(held.grant))
