"""Coming back from sign-in or consent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from idp.oidc.domain.grants import Pending
from idp.oidc.domain.requests import (
    AuthorizationRequest,
    Lack,
    Recipient,
    demand_of,
    what_lacks,
)
from idp.oidc.domain.signed import Opened
from idp.oidc.domain.transfers import TransferId
from idp.oidc.errors import (
    DeniedByPerson,
    InteractionNotYours,
    LevelNotReached,
    SignInNeeded,
)
from idp.oidc.flows.handover import MATCH_PATH, Handover
from idp.oidc.flows.settle import GoOn, Settle, Visitor
from idp.oidc.flows.steps import request_of
from idp.oidc.ports import PendingStore
from idp.session.domain import Denied, Interaction, Session, SignedIn, is_open
from idp.session.errors import InteractionUnknown
from idp.session.service import Interactions
from idp.session.service.interactions import with_interaction
from kernel.clock import Clock
from kernel.errors import Refused
from kernel.ids import InteractionId
from kernel.secret import Secret

_DENIALS: Final[Mapping[str, type[Refused]]] = {
    "login_required": SignInNeeded,
    "unmet_authentication_requirements": LevelNotReached,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request whose interaction this browser came back with."""

    pending: Pending
    interaction: Interaction


def asked_by(pending: Pending, recipient: Recipient) -> AuthorizationRequest:
    """Return the request that waits; its steps were walked when it came."""
    opened = Opened(parameters=pending.parameters, pushed=pending.pushed)
    request = request_of(opened, recipient.client, recipient.redirect_uri)
    return replace(request, transfer=pending.transfer)


@dataclass(frozen=True, slots=True)
class Resume:
    """Goes on with a request once its interaction has an outcome."""

    interactions: Interactions
    pending: PendingStore
    settle: Settle
    handover: Handover
    clock: Clock

    def waiting(self, interaction: InteractionId, browser: Secret | None) -> Waiting:
        """Return the request that waits for this browser's interaction.

        Raises:
            InteractionNotYours: another browser began it, or it was answered already.
        """
        try:
            found = self.interactions.of_browser(interaction, browser)
        except InteractionUnknown as cause:
            raise InteractionNotYours(str(interaction)) from cause
        pending = self.pending.find(interaction)
        if pending is None:
            raise InteractionNotYours(str(interaction))
        return Waiting(pending, found)

    def __call__(self, waiting: Waiting, recipient: Recipient, visitor: Visitor) -> GoOn:
        """Return where the browser goes now: on with sign-in, consent, or the answer.

        Raises:
            InteractionExpired: nobody signed in within its time.
            DeniedByPerson, SignInNeeded, LevelNotReached: it ended without an answer.
        """
        interaction = waiting.interaction
        request = asked_by(waiting.pending, recipient)
        outcome = interaction.outcome
        if outcome is None:
            is_open(interaction, self.clock())
            at = "/login" if waiting.pending.transfer is None else MATCH_PATH
            return GoOn(with_interaction(at, interaction.id))
        if isinstance(outcome, Denied):
            raise _DENIALS.get(outcome.error, DeniedByPerson)
        session = self._session(outcome, visitor, request.transfer)
        self._does(session, request, recipient, waiting.pending)
        return self.settle(recipient, request, interaction, session)

    def _session(
        self, outcome: SignedIn, visitor: Visitor, transfer: TransferId | None
    ) -> Session:
        """The session that finished the interaction must be this browser's, and live.

        A visitor who was handed over may have it in another browser, which was matched.
        """
        here = self.settle.sessions.current(visitor.session)
        session = here if transfer is None else self.handover.session_of(transfer, here)
        if session is None or session.id != outcome.session:
            raise SignInNeeded
        return session

    def _does(
        self,
        session: Session,
        request: AuthorizationRequest,
        recipient: Recipient,
        pending: Pending,
    ) -> None:
        """OIDC Core §3.1.2.1, §5.5.1.1: what was asked for has truly happened."""
        demand = demand_of(request, recipient.client)
        lack = what_lacks(session, request, demand, pending.started_at)
        if lack is Lack.LEVEL:
            raise LevelNotReached
        if lack not in (None, Lack.WISHED_LEVEL):
            raise SignInNeeded
        meant = self.settle.meant_by(request, recipient.client)
        if not meant.is_person(session.person):
            raise SignInNeeded
