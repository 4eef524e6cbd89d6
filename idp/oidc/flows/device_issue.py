"""The grant of a device whose request somebody has allowed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from idp.clients.domain import OFFLINE, Client
from idp.consent.service import Consents
from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.domain.grants import Grant, GrantKind
from idp.oidc.domain.requests import AuthorizationRequest, delivered_level
from idp.oidc.events import DeviceAllowed
from idp.oidc.flows.claims_granted import ClaimsGranted
from idp.oidc.flows.code_issue import PROTOCOL, granted_scopes
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.subjects import Subjects
from idp.oidc.ports import GrantStore
from idp.session.domain import Interaction, Session
from idp.session.service import Sessions
from kernel.entropy import token
from kernel.events import AuditTrail, Levels
from kernel.ids import GrantId, NewIds

_SID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A device's request whose person is signed in well enough and has agreed."""

    waiting: DeviceRequest
    client: Client
    request: AuthorizationRequest
    interaction: Interaction
    session: Session


@dataclass(frozen=True, slots=True)
class DeviceIssue:
    """Puts grant, participant, release and event on record, in its caller's unit of work.

    The device code stands for the grant, as an authorization code would.
    """

    grants: GrantStore
    sessions: Sessions
    consents: Consents
    subjects: Subjects
    granting: ClaimsGranted
    issuing: TokenIssuer
    ids: NewIds
    trail: AuditTrail

    PATIENCE: ClassVar[timedelta] = timedelta(minutes=1)
    """How long after its request's end a device may still fetch what was allowed."""

    def __call__(self, allowed: Allowed) -> None:
        """Keep the grant that the device will find when it asks next."""
        grant = self._grant(allowed, self.issuing.clock())
        self.grants.add(grant, allowed.waiting.code)
        session, interaction = allowed.session, allowed.interaction
        self.sessions.add_participant(session.id, PROTOCOL, grant.client, grant.sid)
        names = tuple(sorted(grant.id_token_claims | grant.userinfo_claims))
        self.consents.released(interaction, session, names)
        self.trail.record(
            DeviceAllowed(
                grant=grant.id,
                session=grant.session,
                relying_party=grant.client,
                subject=self.sessions.around.pseudonyms.of(grant.person),
                interaction=interaction.id,
                levels=Levels(asked=interaction.asked, delivered=grant.level),
                scope=" ".join(sorted(grant.scopes)),
                claims=names,
            )
        )

    def _grant(self, allowed: Allowed, now: datetime) -> Grant:
        request, session, client = allowed.request, allowed.session, allowed.client
        id_token_claims, userinfo_claims = self.granting(
            request, allowed.interaction, session
        )
        scopes = granted_scopes(request, client, allowed.interaction)
        return Grant(
            id=GrantId(self.ids()),
            kind=GrantKind.DEVICE,
            client=client.id,
            person=session.person,
            session=session.id,
            subject=self.subjects.of(session.person, client),
            sid=self._sid(session, client),
            scopes=scopes,
            id_token_claims=id_token_claims,
            userinfo_claims=userinfo_claims,
            redirect_uri="",
            challenge="",
            nonce=None,
            level=delivered_level(request, session.assurance.level),
            identity=session.assurance.identity_told,
            amr=session.amr,
            authenticated_at=session.authenticated_at,
            providers=session.providers,
            acting_for=session.acting_for,
            is_offline=OFFLINE in scopes,
            issued_at=now,
            code_expires_at=allowed.waiting.expires_at + self.PATIENCE,
            resources=request.resources,
        )

    def _sid(self, session: Session, client: Client) -> str:
        """Return the session id this client knows: its own, and the same each time."""
        known = self.sessions.participants(session.id)
        same = (p.sid for p in known if (p.protocol, p.client) == (PROTOCOL, client.id))
        return next(same, None) or token(self.issuing.entropy, _SID_BYTES)
