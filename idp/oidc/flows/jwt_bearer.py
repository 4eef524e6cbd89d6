"""The JWT bearer grant: a provider of ours vouches for one of its people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from idp.broker.domain import TrustedProvider, capped_assurance
from idp.clients.domain import Client, GrantType
from idp.clients.errors import OnTrial
from idp.clients.ports import Trial
from idp.oidc.checks import rfc6749
from idp.oidc.checks import rfc7523_grants as rules
from idp.oidc.domain.grants import NO_SESSION, Grant, GrantKind, Tokens
from idp.oidc.domain.issuer import API_SCOPES
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import GrantAssertionRefused
from idp.oidc.events import AssertionRedeemed
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.once import Once
from idp.oidc.flows.resources import named_resources
from idp.oidc.flows.subjects import Subjects
from idp.oidc.ports import GrantStore, TrustedIssuers
from idp.people.service import People
from kernel.assurance import Level
from kernel.errors import Refused
from kernel.events import AuditTrail, Levels
from kernel.ids import EntityId, GrantId, NewIds, PersonId, correlation
from kernel.proof.jose import VerifiedClaims, required_date
from kernel.work import UnitOfWork

KIND: Final = "grant assertion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom a provider that is trusted now speaks of, and what its word is worth."""

    claims: VerifiedClaims
    name: str
    """What it is called among its issuer's (RFC 7523 §3 jti)."""
    provider: TrustedProvider
    person: PersonId
    level: Level


@dataclass(frozen=True, slots=True)
class AssertionReader:
    """Reads an assertion, and uses it up."""

    issuers: TrustedIssuers
    people: People
    trial: Trial
    once: Once

    def read(self, assertion: str, client: Client, issuing: TokenIssuer) -> Vouched:
        """Return whom it speaks of; everybody on the issuer's chain may act now.

        Its provider's keys may have to be asked for: never inside a unit of work (ADR 29).

        A provider that was suspended, withdrawn, or taken out of use vouches for nobody
        (CVE-2026-1486); it speaks for people that are linked to it, and makes none.

        Raises:
            GrantAssertionRefused: a rule of RFC 7523 §3 is broken.
            Unavailable: nobody can tell at the moment.
        """
        now = issuing.clock()
        try:
            provider, claims = self.issuers.vouched(assertion, rules.GRANT_ASSERTION)
        except Refused as cause:
            raise GrantAssertionRefused(cause.code) from cause
        rules.audience_is_us_alone(claims, issuing.issuer)
        rules.is_in_force(claims, now)
        rules.is_for_this_client(claims, client)
        level = capped_assurance(
            provider.provider.level(claims.get("acr")), provider.chain
        ).level
        rules.level_suffices(level, client)
        person = self._person(provider.provider.entity_id, rules.subject_of(claims))
        self._meets(client, person)
        return Vouched(
            claims=claims,
            name=rules.name_of(claims),
            provider=provider,
            person=person,
            level=level,
        )

    def use_up(self, vouched: Vouched) -> None:
        """RFC 7523 §3 rule 7: an assertion is used once, in every process.

        Raises:
            GrantAssertionRefused: it was used before.
        """
        claims = vouched.claims
        name = f"{KIND}\n{claims['iss']}\n{vouched.name}"
        if not self.once.is_first(name, required_date(claims, "exp")):
            raise GrantAssertionRefused("jti")

    def _person(self, issuer: EntityId, subject: str) -> PersonId:
        """RFC 7523 §3: sub is somebody whom this provider is linked to."""
        person = self.people.by_link(issuer, subject)
        if person is None:
            raise GrantAssertionRefused("sub")
        return person

    def _meets(self, client: Client, person: PersonId) -> None:
        """RFC 7523 §3: whom an application on trial is told of are test people."""
        try:
            self.trial.admits(client, person)
        except OnTrial as cause:
            raise GrantAssertionRefused(cause.code) from cause


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """Gives a client an access token for somebody who is not at a browser here.

    No claims, no refresh token, nothing of our API: nobody was asked here.
    """

    reader: AssertionReader
    standing: GrantStanding
    grants: GrantStore
    subjects: Subjects
    issuing: TokenIssuer
    ids: NewIds
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self, asked: TokenRequest) -> Tokens:
        """Return one access token, which lives no longer than the assertion.

        Raises:
            GrantTypeNotAllowed, ScopeRefused, ResourceRefused, ParameterMissing: so.
            GrantAssertionRefused, GrantEnded: the assertion gives nothing.

        Source: RFC 7523 §2.1, §3; RFC 7521 §4.1.
        """
        client, form = asked.client, asked.form
        rfc6749.client_may_use(client, GrantType.JWT_BEARER)
        ceiling = client.oidc.scopes - API_SCOPES - {"offline_access"}
        scopes = rfc6749.narrowed_scope(ceiling, form.optional("scope"))
        resources = named_resources(form, client.oidc.resources)
        vouched = self.reader.read(form.required("assertion"), client, self.issuing)
        with self.work():
            self.reader.use_up(vouched)
            grant = self._grant(vouched, client, scopes, resources or ())
            self.standing.require(grant)
            self.grants.add(grant, self.issuing.opaque().digest())
            tokens = self.issuing.access_token(
                grant,
                scopes,
                client=client,
                sender=asked.sender,
                resources=resources,
                not_after=required_date(vouched.claims, "exp"),
            )
            self.trail.record(self._redeemed(grant, vouched))
        return tokens

    def _grant(
        self,
        vouched: Vouched,
        client: Client,
        scopes: frozenset[str],
        resources: tuple[str, ...],
    ) -> Grant:
        now: datetime = self.issuing.clock()
        return Grant(
            id=GrantId(self.ids()),
            kind=GrantKind.ASSERTION,
            client=client.id,
            person=vouched.person,
            session=NO_SESSION,
            subject=self.subjects.of(vouched.person, client),
            sid="",
            scopes=scopes,
            id_token_claims=frozenset(),
            userinfo_claims=frozenset(),
            redirect_uri="",
            challenge="",
            nonce=None,
            level=vouched.level,
            identity=vouched.level,
            amr=(),
            authenticated_at=rules.authenticated_at(vouched.claims, now),
            providers=vouched.provider.chain.path,
            acting_for=None,
            is_offline=False,
            issued_at=now,
            code_expires_at=now,
            redeemed_at=now,
            resources=resources,
        )

    def _redeemed(self, grant: Grant, vouched: Vouched) -> AssertionRedeemed:
        claims, provider = vouched.claims, vouched.provider.provider
        issuer = provider.entity_id
        return AssertionRedeemed(
            grant=grant.id,
            provider=issuer,
            relying_party=grant.client,
            subject=self.reader.people.pseudonym(grant.person),
            levels=Levels(
                claimed=provider.level(claims.get("acr")),
                capped=vouched.level,
                delivered=grant.level,
            ),
            scope=" ".join(sorted(grant.scopes)),
            correlation=correlation(issuer, vouched.name),
        )
