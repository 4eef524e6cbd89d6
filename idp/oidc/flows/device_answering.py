"""Somebody answers the request of a device, at a browser of their own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from idp.clients.domain import Client, GrantType, rules_of
from idp.clients.ports import ClientLookup
from idp.consent.domain import Answer
from idp.oidc.checks import rfc6749
from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.domain.requests import (
    AuthorizationRequest,
    Lack,
    asks_offline,
    demand_of,
    what_lacks,
)
from idp.oidc.domain.signed import Opened
from idp.oidc.errors import InteractionNotYours, UserCodeUnknown
from idp.oidc.events import AuthorizationRefused, DeviceTurnedDown
from idp.oidc.flows.device_issue import Allowed, DeviceIssue
from idp.oidc.flows.faults import fault_in, refused_client
from idp.oidc.flows.known import client_may_act
from idp.oidc.flows.meant import WhoIsMeant
from idp.oidc.flows.settle import Visitor
from idp.oidc.flows.steps import request_of
from idp.oidc.ports import DeviceStore
from idp.session.domain import (
    Denied,
    Hints,
    Interaction,
    InteractionKind,
    Session,
    SignedIn,
    is_open,
)
from idp.session.errors import InteractionUnknown
from idp.session.service import Interactions
from kernel.assurance import Level
from kernel.clock import Clock
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.ids import InteractionId
from kernel.standing import Standing
from kernel.work import UnitOfWork

DONE_PATH: Final = "/device/done"


class Ended(StrEnum):
    """How the request of a device ended."""

    ALLOWED = "allowed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A device's request that a browser took up, to sign in and agree in."""

    waiting: DeviceRequest
    client: Client
    request: AuthorizationRequest
    interaction: Interaction

    def lack(self, session: Session) -> Lack | None:
        """Return what a session lacks; ages are those at the time it was taken up.

        Source: OIDC Core §3.1.2.1, §5.5.1.1.
        """
        demand = demand_of(self.request, self.client)
        began = self.interaction.started_at or self.waiting.started_at
        return what_lacks(session, self.request, demand, began)


@dataclass(frozen=True, slots=True)
class AnswerDevice:
    """Carries a device's request through sign-in and consent to its one answer."""

    devices: DeviceStore
    issue: DeviceIssue
    interactions: Interactions
    clients: ClientLookup
    meant_by: WhoIsMeant
    standing: Standing
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock

    def client_of(self, waiting: DeviceRequest) -> Client:
        """Return who asks; the person is told its name before anything else.

        Raises:
            ClientUnknown, NotInGoodStanding: it is gone, or may not act any more.
            GrantTypeNotAllowed: it may not have tokens this way any more.
        """
        client = self.clients.find(waiting.client)
        client_may_act(client, self.standing)
        rfc6749.client_may_use(client, GrantType.DEVICE_CODE)
        return client

    def level_asked(self, waiting: DeviceRequest, client: Client) -> Level:
        """Return the level that a device asks for: its client's own, or more."""
        return demand_of(_request_of(waiting, client), client).asked

    def begin(self, waiting: DeviceRequest, visitor: Visitor) -> str:
        """Take a request up for this browser; return the local address to go on at.

        Raises:
            UserCodeUnknown: it was answered meanwhile.
            ClientUnknown, NotInGoodStanding, GrantTypeNotAllowed: as for ``client_of``.

        Source: RFC 8628 §3.3; OIDC Core §3.1.2.1: a session that is too old does not do.
        """
        taken = self._taken_up(waiting, visitor)
        session = self.issue.sessions.current(visitor.session)
        if session is None or taken.lack(session) is not None:
            return f"/login?interaction={taken.interaction.id}"
        return self.interactions.arrive(taken.interaction, session)

    def deny(self, waiting: DeviceRequest, visitor: Visitor) -> None:
        """Turn a request down before anybody has signed in (RFC 8628 §5.4)."""
        interaction = self._taken_up(waiting, visitor).interaction
        self.interactions.deny(interaction.id, "access_denied")
        self._turned_down(waiting, interaction)

    def go_on(self, named: InteractionId, visitor: Visitor) -> str | Ended:
        """Return the local address to go on at, or how the request ended.

        Raises:
            InteractionNotYours: another browser answers, or another request is meant.
            InteractionExpired: nobody signed in within its time.
        """
        interaction, waiting = self._found(named, visitor)
        if waiting.settled_at is not None:
            return self._ended(waiting)
        outcome = interaction.outcome
        if outcome is None:
            is_open(interaction, self.clock())
            return f"/login?interaction={interaction.id}"
        if isinstance(outcome, Denied):
            return self._turned_down(waiting, interaction)
        return self._settled(waiting, interaction, self._session(outcome, visitor))

    def refused(self, refusal: Refused) -> None:
        """Record that somebody could not go on: the page tells a reference to find it by.

        Whose request it is was not shown to be known here, unless the refusal knows.
        """
        self.trail.record(
            AuthorizationRefused(
                relying_party=refused_client(refusal, None),
                outcome=Outcome.REFUSED,
                reason=refusal.code,
                fault=fault_in(refusal),
            )
        )

    def _taken_up(self, waiting: DeviceRequest, visitor: Visitor) -> TakenUp:
        """RFC 8628 §3.3: a request that waits is answered by one browser only."""
        client = self.client_of(waiting)
        request = _request_of(waiting, client)
        demand = demand_of(request, client)
        again = {"consent"} if rules_of(client).consent_each_time else set()
        interaction = self.interactions.begin(
            kind=InteractionKind.DEVICE,
            relying_party=client.id,
            asked=demand.asked,
            essential=demand.is_essential,
            resume=DONE_PATH,
            browser=visitor.browser,
            prompt=request.prompted | again,
            max_age=request.max_age,
            hints=Hints(service=client.purpose.zh or None),
            claims=client.claims_named(request.claim_names),
            is_offline=asks_offline(request, client),
            reference=visitor.reference,
        )
        if not self.devices.take_up(waiting.code, interaction.id):
            raise UserCodeUnknown("answered")
        return TakenUp(waiting, client, request, interaction)

    def _found(
        self, named: InteractionId, visitor: Visitor
    ) -> tuple[Interaction, DeviceRequest]:
        """Only the browser that took a request up comes back to it (attack: login CSRF)."""
        try:
            interaction = self.interactions.of_browser(named, visitor.browser)
        except InteractionUnknown as cause:
            raise InteractionNotYours(str(named)) from cause
        waiting = self.devices.by_interaction(named)
        if waiting is None:
            raise InteractionNotYours(str(named))
        return interaction, waiting

    def _session(self, outcome: SignedIn, visitor: Visitor) -> Session:
        """The session that finished the interaction must be this browser's, and live."""
        session = self.issue.sessions.current(visitor.session)
        if session is None or session.id != outcome.session:
            raise InteractionNotYours("session")
        return session

    def _settled(
        self, waiting: DeviceRequest, interaction: Interaction, session: Session
    ) -> str | Ended:
        """Return the consent page where something must be agreed to; else allow."""
        client, consents = self.client_of(waiting), self.issue.consents
        request = _request_of(waiting, client)
        does = self._does(TakenUp(waiting, client, request, interaction), session)
        if not does or consents.answer_to(interaction) is Answer.REFUSED:
            return self._turned_down(waiting, interaction)
        if consents.needed(interaction, session) is not None:
            return f"/consent?interaction={interaction.id}"
        allowed = Allowed(
            waiting=waiting,
            client=client,
            request=request,
            interaction=interaction,
            session=session,
        )
        with self.work():
            if not self._is_first(waiting, interaction):
                return self._ended(waiting)
            self.issue(allowed)
        return Ended.ALLOWED

    def _does(self, taken: TakenUp, session: Session) -> bool:
        """OIDC Core §3.1.2.1, §3.1.2.2: tell whether what was asked has truly happened."""
        if taken.lack(session) not in (None, Lack.WISHED_LEVEL):
            return False
        meant = self.meant_by(taken.request, taken.client)
        return meant.is_person(session.person)

    def _turned_down(self, waiting: DeviceRequest, interaction: Interaction) -> Ended:
        with self.work():
            if not self._is_first(waiting, interaction):
                return self._ended(waiting)
            self.trail.record(
                DeviceTurnedDown(
                    relying_party=waiting.client,
                    interaction=interaction.id,
                    outcome=Outcome.REFUSED,
                    reason="access_denied",
                )
            )
        return Ended.DENIED

    def _is_first(self, waiting: DeviceRequest, interaction: Interaction) -> bool:
        """RFC 8628 §3.3, §3.5: a request is answered within its time, and once."""
        now = self.clock()
        if now >= waiting.expires_at:
            raise UserCodeUnknown("over")
        return self.devices.settle(waiting.code, interaction.id, now)

    def _ended(self, waiting: DeviceRequest) -> Ended:
        allowed = self.issue.grants.by_code(waiting.code) is not None
        return Ended.ALLOWED if allowed else Ended.DENIED


def _request_of(waiting: DeviceRequest, client: Client) -> AuthorizationRequest:
    """Return the request that waits; its steps were walked when it came."""
    return request_of(Opened(parameters=waiting.parameters), client)
