"""The authorization code grant at the token endpoint."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from idp.clients.domain import GrantType
from idp.oidc.checks import rfc6749, rfc7636, rfc9449
from idp.oidc.domain.grants import Grant, GrantKind, Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import CodeUnknown
from idp.oidc.events import CodeRedeemed
from idp.oidc.flows.first_tokens import FirstTokens
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.redeeming import RedeemOnce
from kernel.clock import Clock
from kernel.events import AuditTrail, Levels
from kernel.ids import correlation
from kernel.secret import Digest, Secret
from kernel.work import InOneUnit

_KINDS: Final = frozenset({GrantKind.CODE, GrantKind.TRANSFER})
"""Grants whose codes come back by a redirect."""


@dataclass(frozen=True, slots=True)
class CodeExchange:
    """Turns one authorization code into one set of tokens, once."""

    redeem: RedeemOnce
    first: FirstTokens
    standing: GrantStanding
    trail: AuditTrail
    in_one_unit: InOneUnit
    clock: Clock

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return the tokens of a code; checks first, then the one step back is none from.

        Raises:
            GrantTypeNotAllowed, ParameterMissing, ResourceRefused: as they say.
            CodeReplayed: the code came again; all that descends from it is revoked.
            GrantRefused: any other reason of RFC 6749 §4.1.3 and RFC 7636 §4.6.
        """
        code = Secret(asked.form.required("code")).digest()
        redirect_uri = asked.form.required("redirect_uri")
        rfc6749.client_may_use(asked.client, GrantType.AUTHORIZATION_CODE)
        exchanging = partial(self._exchanged, asked, code, redirect_uri, self.clock())
        return self.in_one_unit(exchanging)

    def _exchanged(
        self, asked: TokenRequest, code: Digest, redirect_uri: str, now: datetime
    ) -> Tokens:
        """RFC 6749 §4.1.3: hold the code against who brings it, then use it up."""
        grant = self._found(code)
        rfc6749.code_was_issued_to(grant, asked.client)
        self.redeem.came_first(grant, now)
        self.standing.require(grant)
        grant = self.standing.left(grant)
        rfc6749.code_is_fresh(grant, now)
        rfc6749.redirect_uri_repeats(grant, redirect_uri)
        rfc7636.verifier_opens_challenge(grant, asked.form.optional("code_verifier"))
        rfc9449.code_was_bound_to(grant, asked.sender)
        resources = self.first.named(grant, asked)
        self.redeem.once(code, grant, now)
        tokens = self.first.of(grant, asked, resources)
        self.trail.record(self._redeemed(grant))
        return tokens

    def _found(self, code: Digest) -> Grant:
        """Other grants have codes too, with names of their own (CVE-2026-4325)."""
        grant = self.redeem.grants.by_code(code)
        if grant is None or grant.kind not in _KINDS:
            raise CodeUnknown
        return grant

    def _redeemed(self, grant: Grant) -> CodeRedeemed:
        issuer = self.first.tokens.issuing.issuer.url
        return CodeRedeemed(
            grant=grant.id,
            relying_party=grant.client,
            subject=self.redeem.people.pseudonym(grant.person),
            levels=Levels(delivered=grant.level),
            correlation=correlation(issuer, grant.nonce) if grant.nonce else None,
        )
