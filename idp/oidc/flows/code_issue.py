"""Issues one code for one finished interaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.clients.domain import OFFLINE, Client, rules_of
from idp.consent.service import Consents
from idp.oidc.domain.grants import Grant, GrantKind
from idp.oidc.domain.issuer import KNOWN_SCOPES
from idp.oidc.domain.requests import (
    AuthorizationRequest,
    Recipient,
    delivered_level,
    demand_of,
)
from idp.oidc.domain.ticket_platform import TICKET
from idp.oidc.events import CodeIssued
from idp.oidc.flows.answer_once import AnswerOnce
from idp.oidc.flows.claims_granted import ClaimsGranted
from idp.oidc.flows.handover import Handover
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.subjects import Subjects
from idp.oidc.ports import GrantStore
from idp.session.domain import Interaction, Session
from idp.session.service import Sessions
from kernel.entropy import token
from kernel.events import AuditTrail, Levels
from kernel.ids import GrantId, NewIds
from kernel.secret import Secret
from kernel.work import UnitOfWork

PROTOCOL = "oidc"
_SID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A request whose person is signed in well enough and has agreed."""

    recipient: Recipient
    request: AuthorizationRequest
    interaction: Interaction
    session: Session


@dataclass(frozen=True, slots=True)
class CodeIssue:
    """Puts grant, participant, release and event on record together; returns the code."""

    grants: GrantStore
    once: AnswerOnce
    sessions: Sessions
    consents: Consents
    subjects: Subjects
    issuing: TokenIssuer
    granting: ClaimsGranted
    handover: Handover
    ids: NewIds
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self, agreed: Agreed) -> Secret:
        """Return the code of a new grant.

        Raises:
            InteractionNotYours, PushedRequestUsed: it was answered already.

        Source: RFC 6749 §4.1.2.
        """
        code, now = self.issuing.opaque(), self.issuing.clock()
        session, interaction = agreed.session, agreed.interaction
        with self.work():
            self.once.take(interaction.id, agreed.request.pushed, now)
            grant = self._grant(agreed, self._sid(agreed), now)
            if agreed.request.transfer is not None:
                grant = self.handover.derived(grant, agreed.request)
            self.grants.add(grant, code.digest())
            self.sessions.add_participant(session.id, PROTOCOL, grant.client, grant.sid)
            names = tuple(sorted(grant.id_token_claims | grant.userinfo_claims))
            self.consents.released(interaction, session, names)
            self.trail.record(self._issued(agreed, grant, names))
        return code

    def _sid(self, agreed: Agreed) -> str:
        """Return the session id this client knows: its own, and the same each time."""
        known = self.sessions.participants(agreed.session.id)
        client = agreed.recipient.client.id
        same = (p.sid for p in known if (p.protocol, p.client) == (PROTOCOL, client))
        return next(same, None) or token(self.issuing.entropy, _SID_BYTES)

    def _grant(self, agreed: Agreed, sid: str, now: datetime) -> Grant:
        request, session = agreed.request, agreed.session
        client = agreed.recipient.client
        id_token_claims, userinfo_claims = self.granting(
            request, agreed.interaction, session
        )
        scopes = granted_scopes(request, client, agreed.interaction)
        return Grant(
            id=GrantId(self.ids()),
            client=client.id,
            person=session.person,
            session=session.id,
            subject=self.subjects.of(session.person, client),
            sid=sid,
            scopes=scopes,
            id_token_claims=id_token_claims,
            userinfo_claims=userinfo_claims,
            redirect_uri=agreed.recipient.redirect_uri.text,
            challenge=request.challenge or "",
            nonce=request.nonce,
            level=delivered_level(request, session.assurance.level),
            identity=session.assurance.identity_told,
            amr=session.amr,
            authenticated_at=session.authenticated_at,
            providers=session.providers,
            acting_for=session.acting_for,
            is_offline=OFFLINE in scopes,
            issued_at=now,
            code_expires_at=now + self._code_lives(client),
            kind=GrantKind.TICKET if request.response_type == TICKET else GrantKind.CODE,
            resources=granted_resources(request, client),
            dpop_jkt=request.dpop_jkt,
        )

    def _code_lives(self, client: Client) -> timedelta:
        return min(self.issuing.lifetimes.code, rules_of(client).code_lifetime)

    def _issued(self, agreed: Agreed, grant: Grant, names: tuple[str, ...]) -> CodeIssued:
        demand = demand_of(agreed.request, agreed.recipient.client)
        return CodeIssued(
            grant=grant.id,
            session=grant.session,
            relying_party=grant.client,
            subject=self.sessions.around.pseudonyms.of(grant.person),
            interaction=agreed.interaction.id,
            levels=Levels(asked=demand.asked, delivered=grant.level),
            scope=" ".join(sorted(grant.scopes)),
            claims=names,
        )


def granted_scopes(
    request: AuthorizationRequest, client: Client, interaction: Interaction
) -> frozenset[str]:
    """Return the scopes that are asked and the client's.

    What means nothing here is granted for a resource that is named (RFC 8707 §2).
    OIDC Core §11: ``offline_access`` only where the person was asked for it, for who comes
    here has agreed to all that they were asked.
    """
    granted = request.scopes & client.oidc.scopes
    if not request.resources:
        granted &= KNOWN_SCOPES
    return granted if interaction.is_offline else granted - {OFFLINE}


def granted_resources(request: AuthorizationRequest, client: Client) -> tuple[str, ...]:
    """Return the resources that are asked and still the client's, in their order.

    The step was walked when the request came; its record may say less by now.
    """
    return tuple(name for name in request.resources if name in client.oidc.resources)
