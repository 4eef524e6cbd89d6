"""A person's access token for one that counts elsewhere, by delegation or impersonation."""

from dataclasses import dataclass, replace

from idp.clients.domain import Client, ExchangePolicy
from idp.clients.errors import ClientUnknown, OnTrial
from idp.clients.ports import ClientLookup, Trial
from idp.oidc.checks import rfc6749, rfc8693
from idp.oidc.domain.exchanges import ACCESS_TOKEN, Actor
from idp.oidc.domain.grants import Grant, GrantKind, Tokens
from idp.oidc.domain.issuer import API_SCOPES
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import GrantEnded, ResourceRefused, SubjectTokenRefused
from idp.oidc.events import TokenExchanged
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.live_tokens import LiveAccess
from idp.oidc.flows.subject_tokens import SubjectToken, SubjectTokens
from idp.oidc.flows.subjects import Subjects
from idp.oidc.ports import GrantStore
from idp.people.service import People
from kernel.events import AuditTrail, Levels
from kernel.ids import ClientId, GrantId, NewIds, PersonId
from kernel.proof.jose import required_date
from kernel.standing import NotInGoodStanding, Standing
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom the new token is for, and how its client may get it."""

    clients: ClientLookup
    standing: Standing
    subjects: Subjects
    trial: Trial

    def named(self, asked: TokenRequest) -> tuple[ExchangePolicy, ...]:
        """Return how the client may get tokens for those that are named; each may act.

        Raises:
            ResourceRefused: one is not in the client's record, or may not act at present.
            ParameterMissing: none is named.

        Source: RFC 8693 §2.1, §2.2.2.
        """
        named = rfc8693.targets_of(asked.form)
        policies = rfc8693.policies_for(asked.client, named)
        for target in named:
            client = self._client(target)
            if client is not None:
                self._may_act(client)
        return policies

    def meet(self, person: PersonId, named: tuple[str, ...], client: Client) -> None:
        """RFC 8693 §2.2.2: whom applications on trial are told of are test people.

        Raises:
            SubjectTokenRefused: the one that asks is on trial, and this is none.
            ResourceRefused: one of those that are named is.
        """
        try:
            self.trial.admits(client, person)
        except OnTrial as cause:
            raise SubjectTokenRefused(cause.code) from cause
        for target in filter(None, map(self._client, named)):
            try:
                self.trial.admits(target, person)
            except OnTrial as cause:
                raise ResourceRefused(target.id) from cause

    def subject(self, person: PersonId, named: tuple[str, ...], client: Client) -> str:
        """OIDC Core §8.1: a person's ``sub`` in the sector of whom the token is for.

        Raises:
            ResourceRefused: two sectors are named, and one token would name them one.
        """
        known = tuple(filter(None, map(self._client, named))) or (client,)
        told = {self.subjects.of(person, each) for each in known}
        if len(told) > 1:
            raise ResourceRefused("sectors")
        return told.pop()

    def _client(self, target: str) -> Client | None:
        try:
            return self.clients.find(ClientId(target))
        except ClientUnknown:
            return None

    def _may_act(self, client: Client) -> None:
        """RFC 8693 §2.2.2: no token is given for a target that may not act."""
        try:
            self.standing.require(*client.parties())
        except NotInGoodStanding as cause:
            raise ResourceRefused(client.id) from cause


@dataclass(frozen=True, slots=True)
class ExchangeForAccess:
    """Derives a grant from a person's token: no wider, no higher, no longer."""

    subject_tokens: SubjectTokens
    targets: Targets
    standing: GrantStanding
    grants: GrantStore
    issuing: TokenIssuer
    people: People
    ids: NewIds
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return an access token for the targets; no refresh token ever.

        Raises:
            SubjectTokenRefused, TokenTypeRefused, ParameterMissing: invalid_request.
            ResourceRefused: a target is refused.
            ScopeRefused: more is asked for than the subject token may.

        Source: RFC 8693 §2, §4.1.
        """
        policies = self.targets.named(asked)
        subject = self.subject_tokens.sent(asked, policies)
        actor = self.subject_tokens.actor(asked)
        named = tuple(policy.audience for policy in policies)
        scopes = scopes_left(subject.live, asked)
        acting = self._acting(actor, subject, asked.client, policies)
        grant = self._derived(subject.grant, asked, named, acting)
        grant = replace(grant, scopes=scopes)
        self.targets.meet(grant.person, named, asked.client)
        with self.work():
            self._stands(grant)
            self.grants.add(grant, self.issuing.opaque().digest())
            tokens = self.issuing.access_token(
                grant,
                scopes,
                client=asked.client,
                sender=asked.sender,
                resources=named,
                not_after=required_date(subject.live.claims, "exp"),
            )
            self.trail.record(self._exchanged(grant, subject))
        return replace(tokens, issued_token_type=ACCESS_TOKEN)

    def _stands(self, grant: Grant) -> None:
        """RFC 8693 §2.2.2: what would be over as it begins is not begun."""
        try:
            self.standing.require(grant)
        except GrantEnded as cause:
            raise SubjectTokenRefused(cause.detail) from cause

    def _acting(
        self,
        actor: Actor | None,
        subject: SubjectToken,
        client: Client,
        policies: tuple[ExchangePolicy, ...],
    ) -> Actor | None:
        """RFC 8693 §1.1: impersonation only where each pair allows it; else who acts."""
        acts = actor or Actor(client.id, client.id, client.person)
        rfc8693.actor_may_act(subject.live.claims, acts)
        if actor is None and all(policy.may_impersonate for policy in policies):
            return None
        return self._known(acts, tuple(policy.audience for policy in policies), client)

    def _known(self, acts: Actor, named: tuple[str, ...], client: Client) -> Actor:
        """RFC 8693 §4.1: call who acts as those know them whom the new token is for.

        The token that was brought may be for our API, which knows people by another name.
        """
        if acts.person is None or acts.is_client:
            return replace(acts, subject=acts.client)
        return replace(acts, subject=self.targets.subject(acts.person, named, client))

    def _derived(
        self,
        origin: Grant,
        asked: TokenRequest,
        named: tuple[str, ...],
        actor: Actor | None,
    ) -> Grant:
        now = self.issuing.clock()
        return replace(
            origin,
            id=GrantId(self.ids()),
            kind=GrantKind.EXCHANGE,
            client=asked.client.id,
            subject=self.targets.subject(origin.person, named, asked.client),
            id_token_claims=frozenset(),
            userinfo_claims=frozenset(),
            redirect_uri="",
            challenge="",
            nonce=None,
            issued_at=now,
            code_expires_at=now,
            redeemed_at=now,
            resources=named,
            dpop_jkt=None,
            parent=origin.id,
            act=origin.act if actor is None else actor.acting(origin.act),
            actor=None if actor is None else actor.person,
        )

    def _exchanged(self, grant: Grant, subject: SubjectToken) -> TokenExchanged:
        return TokenExchanged(
            grant=grant.id,
            parent=grant.parent,
            relying_party=grant.client,
            subject=self.people.pseudonym(grant.person),
            levels=Levels(delivered=grant.level),
            scope=" ".join(sorted(grant.scopes)),
            targets=grant.resources,
            kind="impersonation" if grant.act is None else "delegation",
            sender="vouched_for" if subject.is_vouched_for else None,
        )


def scopes_left(subject: LiveAccess, asked: TokenRequest) -> frozenset[str]:
    """RFC 8693 §2.1: no scope that the subject token lacks, or that the client may not.

    What opens our own API or outlives the session is never exchanged.
    """
    held = subject.scopes & asked.client.oidc.scopes
    ceiling = held - API_SCOPES - {"offline_access", "openid"}
    return rfc6749.narrowed_scope(ceiling, asked.form.optional("scope"))
