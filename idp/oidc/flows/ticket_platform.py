"""The ticket sequence of provincial portals, as an adapter over the authorization code."""

from dataclasses import dataclass

from idp.clients.domain import SCOPE_CLAIMS, Client, GrantType
from idp.oidc.checks import rfc6749
from idp.oidc.checks import ticket_platform as rules
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.requests import Recipient
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.domain.signed import Opened
from idp.oidc.domain.ticket_platform import TICKET
from idp.oidc.errors import TokenRefused
from idp.oidc.events import ClaimsReleased, TicketRedeemed, TokenRequestRefused
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.faults import fault_in, refused_client
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.issuing import PersonTokens
from idp.oidc.flows.live_tokens import LiveTokens
from idp.oidc.flows.proofs import SenderProof
from idp.oidc.flows.reception import Reception
from idp.oidc.flows.redeeming import RedeemOnce
from idp.oidc.flows.sender_steps import sender_is_proven
from idp.oidc.messages.presented import Presented
from idp.oidc.messages.ticket_platform import as_authorization
from kernel.clock import Clock
from kernel.errors import Refused
from kernel.events import AuditTrail, Levels, Outcome
from kernel.proof.jose import JoseRefused, intended_for
from kernel.secret import Secret
from kernel.web import Form, Request
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TicketLogin:
    """Reads a redirect with ``sp`` and ``gourl`` as the authorization request it is."""

    reception: Reception
    issuer: Issuer

    def __call__(self, form: Form) -> tuple[Recipient, Opened]:
        """Return who asks and what; nothing is redirected until both are known.

        Raises:
            RecipientUnknown, TrustNotEstablished, NotInGoodStanding: as at the
                authorization endpoint.
            GrantTypeNotAllowed: the application takes no tickets.
        """
        recipient = self.reception.recipient(as_authorization(form))
        client, resource = recipient.client, self.issuer.tickets
        rules.client_takes_tickets(client, resource)
        rules.client_keeps_a_secret(client)
        rules.address_says_no_ticket(recipient.redirect_uri)
        scopes = client.oidc.scopes & SCOPE_CLAIMS.keys() - {"offline_access"}
        claims = tuple(claim.name for claim in client.claims)
        asked = as_authorization(form, scopes, claims, resource)
        return recipient, Opened(parameters=asked)


@dataclass(frozen=True, slots=True)
class TicketExchange:
    """Turns one ticket into one token, once; in the back, by the application itself."""

    authenticate: Authenticate
    redeem: RedeemOnce
    tokens: PersonTokens
    standing: GrantStanding
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock

    def __call__(self, presented: Presented) -> Tokens:
        """Return the token of a ticket; the checks are those of a code.

        Raises:
            ClientNotAuthenticated, ParameterMissing: as they say.
            DpopProofMissing, CertificateMissing: it is held to bound tokens.
            CodeReplayed: the ticket came again; all that descends from it is revoked.
            GrantRefused: it is unknown, expired, another's, or for another address.

        Source: RFC 6749 §4.1.3.
        """
        asked: TokenRequest | None = None
        try:
            presented.form.single_valued()
            asked = self.authenticate.asked(presented)
            sender_is_proven(asked)
            return self._turned(asked)
        except Refused as refusal:
            self._refused(refusal, None if asked is None else asked.client)
            raise

    def _turned(self, asked: TokenRequest) -> Tokens:
        """RFC 6749 §4.1.3: hold the ticket, which is a code, against who brings it."""
        client, form, now = asked.client, asked.form, self.clock()
        ticket, gourl = Secret(form.required(TICKET)).digest(), form.required("gourl")
        rfc6749.client_may_use(client, GrantType.AUTHORIZATION_CODE)
        with self.work():
            grant = rules.grant_is_of_a_ticket(self.redeem.grants.by_code(ticket))
            rfc6749.code_was_issued_to(grant, client)
            self.redeem.came_first(grant, now)
            self.standing.require(grant)
            grant = self.standing.left(grant)
            rfc6749.code_is_fresh(grant, now)
            rfc6749.redirect_uri_repeats(grant, gourl)
            self.redeem.once(ticket, grant, now)
            self.trail.record(self._redeemed(grant))
            return self._issued(grant, asked)

    def _issued(self, grant: Grant, asked: TokenRequest) -> Tokens:
        return self.tokens.issue(
            grant,
            grant.scopes,
            client=asked.client,
            sender=asked.sender,
            resources=grant.resources,
        )

    def _refused(self, refusal: Refused, client: Client | None) -> None:
        """A refusal is on record by itself, after everything rolled back."""
        self.trail.record(
            TokenRequestRefused(
                relying_party=refused_client(refusal, client),
                outcome=Outcome.REFUSED,
                reason=refusal.code,
                fault=fault_in(refusal),
            )
        )

    def _redeemed(self, grant: Grant) -> TicketRedeemed:
        return TicketRedeemed(
            grant=grant.id,
            relying_party=grant.client,
            subject=self.redeem.people.pseudonym(grant.person),
            levels=Levels(delivered=grant.level),
        )


@dataclass(frozen=True, slots=True)
class TicketUser:
    """Tells who the person behind a token is: what they agreed to, and nothing else."""

    live: LiveTokens
    sender: SenderProof
    tokens: PersonTokens
    trail: AuditTrail

    def __call__(self, token: str, request: Request) -> tuple[str, dict[str, object]]:
        """Return the pairwise subject and the claims that may be told.

        Raises:
            TokenRefused: not valid here and now, or not given for a ticket.
        """
        live = self.live.access(token)
        try:
            intended_for(live.claims, self.tokens.issuing.issuer.tickets)
        except JoseRefused as cause:
            raise TokenRefused(cause.code) from cause
        self.sender.check(request, live.claims)
        grant = rules.token_is_of_a_ticket(live.grant)
        told = self.tokens.told(grant, grant.userinfo_claims)
        self.trail.record(
            ClaimsReleased(
                grant=grant.id,
                relying_party=grant.client,
                subject=self.tokens.people.pseudonym(grant.person),
                claims=tuple(told),
                where=TICKET,
            )
        )
        return grant.subject, told
