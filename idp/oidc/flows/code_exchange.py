"""The authorization code grant at the token endpoint."""

from dataclasses import dataclass, replace
from datetime import datetime

from idp.clients.domain import Client, GrantType
from idp.oidc.checks import rfc6749, rfc7636
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import CodeReplayed, CodeUnknown
from idp.oidc.events import CodeRedeemed
from idp.oidc.events import CodeReplayed as ReplaySeen
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.issuing import PersonTokens
from idp.oidc.flows.refresh_family import RefreshFamily
from idp.oidc.ports import GrantStore
from kernel.clock import Clock
from kernel.events import AuditTrail, Levels, Outcome
from kernel.ids import correlation
from kernel.secret import Digest, Secret
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CodeExchange:
    """Turns one authorization code into one set of tokens, once."""

    grants: GrantStore
    tokens: PersonTokens
    family: RefreshFamily
    standing: GrantStanding
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return the tokens of a code; checks first, then the one step back is none from.

        Raises:
            GrantTypeNotAllowed, ParameterMissing: as they say.
            CodeReplayed: the code came again; all that descends from it is revoked.
            GrantRefused: any other reason of RFC 6749 §4.1.3 and RFC 7636 §4.6.
        """
        client, form = asked.client, asked.form
        now, code = self.clock(), Secret(form.required("code")).digest()
        verifier = form.required("code_verifier")
        redirect_uri = form.required("redirect_uri")
        rfc6749.client_may_use(client, GrantType.AUTHORIZATION_CODE)
        with self.work():
            grant = self._found(code)
            rfc6749.code_was_issued_to(grant, client)
            self._came_first(grant, now)
            self.standing.require(grant)
            rfc6749.code_is_fresh(grant, now)
            rfc6749.redirect_uri_repeats(grant, redirect_uri)
            rfc7636.verifier_opens_challenge(grant, verifier)
            self._redeem_once(code, grant, now)
            tokens = self._issued(grant, client, now)
            self.trail.record(self._redeemed(grant))
        return tokens

    def _found(self, code: Digest) -> Grant:
        grant = self.grants.by_code(code)
        if grant is None:
            raise CodeUnknown
        return grant

    def _came_first(self, grant: Grant, now: datetime) -> None:
        """RFC 6749 §4.1.2: a code that was used before is refused, however old it is."""
        if grant.redeemed_at is not None:
            self._revoke(grant, now)

    def _redeem_once(self, code: Digest, grant: Grant, now: datetime) -> None:
        """RFC 6749 §10.5: of any number at the same time one wins, and the rest revoke."""
        if not self.grants.redeem(code, now):
            self._revoke(grant, now)

    def _revoke(self, grant: Grant, now: datetime) -> None:
        """RFC 6749 §4.1.2: revoke all tokens that descend from the code; that stays."""
        self.grants.end(grant.id, now, CodeReplayed.code)
        self.trail.record(
            ReplaySeen(
                grant=grant.id,
                relying_party=grant.client,
                subject=self.tokens.people.pseudonym(grant.person),
                outcome=Outcome.REFUSED,
                reason=CodeReplayed.code,
            )
        )
        raise CodeReplayed(str(grant.id))

    def _issued(self, grant: Grant, client: Client, now: datetime) -> Tokens:
        tokens = self.tokens.issue(grant, grant.scopes, client=client)
        if GrantType.REFRESH_TOKEN not in client.oidc.grant_types:
            return tokens
        return replace(tokens, refresh_token=self.family.next(grant, now))

    def _redeemed(self, grant: Grant) -> CodeRedeemed:
        issuer = self.tokens.issuing.issuer.url
        return CodeRedeemed(
            grant=grant.id,
            relying_party=grant.client,
            subject=self.tokens.people.pseudonym(grant.person),
            levels=Levels(delivered=grant.level),
            correlation=correlation(issuer, grant.nonce) if grant.nonce else None,
        )
