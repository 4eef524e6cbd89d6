"""The authorization endpoint: from a relying party's request to where it goes on."""

from dataclasses import dataclass, replace

from idp.oidc.domain.grants import Pending
from idp.oidc.domain.requests import (
    AuthorizationRequest,
    Demand,
    Lack,
    Recipient,
    asks_offline,
    demand_of,
    what_lacks,
)
from idp.oidc.domain.signed import Opened
from idp.oidc.domain.transfers import TransferId
from idp.oidc.errors import InteractionNeeded, SignInNeeded
from idp.oidc.events import AuthorizationStarted
from idp.oidc.flows.handover import MATCH_PATH, Handover
from idp.oidc.flows.meant import Meant
from idp.oidc.flows.settle import GoOn, Settle, Visitor
from idp.oidc.flows.steps import At, request_of, walk
from idp.oidc.messages.authorization import TICKET
from idp.oidc.ports import PendingStore
from idp.session.domain import Hints, Interaction, Session
from idp.session.service import Interactions
from idp.session.service.interactions import with_interaction
from kernel.clock import Clock
from kernel.events import Levels
from kernel.ids import ClientId

RESUME_PATH = "/oauth2/authorize/resume"
SECRET = frozenset({TICKET})
"""Parameters that are used up when they come, and never kept."""
_STILL_FINE = (None, Lack.WISHED_LEVEL)


@dataclass(frozen=True, slots=True)
class Authorize:
    """Begins an interaction for a request, and goes on at once where nothing is lacking."""

    interactions: Interactions
    pending: PendingStore
    settle: Settle
    handover: Handover
    clock: Clock

    def __call__(
        self,
        recipient: Recipient,
        opened: Opened,
        visitor: Visitor,
        at: At = At.AUTHORIZE,
    ) -> GoOn:
        """Return where the browser goes: sign-in, consent, or back with a code.

        Raises:
            SignInNeeded, InteractionNeeded, ConsentNeeded: ``prompt=none`` and a page
                would be needed.
            RequestMalformed: the hint is no ID token of ours.
            Refused: a step of the table was not kept.

        Source: RFC 6749 §4.1.1, OIDC Core §3.1.2.
        """
        request = request_of(opened, recipient.client, recipient.redirect_uri)
        walk(request, recipient.client, at)
        # A hint that is none is refused before anybody is asked to sign in for it.
        meant = self.settle.meant_by(request, recipient.client)
        if request.transfer_ticket is not None:
            return self._handed_over(recipient, opened, visitor, request, meant)
        demand = demand_of(request, recipient.client)
        session = self.settle.sessions.current(visitor.session)
        lack = self._lack(session, request, demand, meant)
        if request.forbids_pages:
            nothing_must_be_shown(lack)
        # One unit of work: who is signed in gets what was asked for, or it never was.
        with self.settle.issue.work():
            interaction = self._begun(recipient, request, demand, visitor)
            self._wait(interaction, recipient.client.id, opened, lack)
            if session is None or not _goes_on(lack, request):
                return GoOn(with_interaction("/login", interaction.id))
            self.interactions.finish_begun(interaction, session)
            return self.settle.fresh(recipient, request, interaction, session)

    def _handed_over(
        self,
        recipient: Recipient,
        opened: Opened,
        visitor: Visitor,
        request: AuthorizationRequest,
        meant: Meant,
    ) -> GoOn:
        """Go on with a visitor of another platform: the ticket stands for the sign-in.

        In another browser than the session's own a number is matched first.

        Raises:
            TransferTicketRefused: it is not one that counts here and now.
            OnTrial: the client is for test people, and this is none.
        """
        client = recipient.client
        arriving = self.handover.arriving(request, client)
        self.settle.consents.trial.admits(client, arriving.session.person)
        if not meant.is_person(arriving.session.person):
            raise SignInNeeded
        session = self.settle.sessions.current(visitor.session)
        at_home = arriving.is_at_home(session)
        if request.forbids_pages and not at_home:
            raise SignInNeeded
        demand = demand_of(request, client)
        # One unit of work from the ticket to the code: who comes with the same ticket
        # meanwhile waits for it, so that one is let in before it is taken back.
        with self.settle.issue.work():
            interaction = self._begun(recipient, request, demand, visitor)
            self.handover.use_up(arriving, interaction, at_home=at_home)
            self._wait(interaction, client.id, opened, None, arriving.transfer.id)
            if session is None or not at_home:
                return GoOn(with_interaction(MATCH_PATH, interaction.id))
            self.interactions.finish_begun(interaction, session)
            came = replace(request, transfer=arriving.transfer.id)
            return self.settle.fresh(recipient, came, interaction, session)

    def _lack(
        self,
        session: Session | None,
        request: AuthorizationRequest,
        demand: Demand,
        meant: Meant,
    ) -> Lack | None:
        lack = what_lacks(session, request, demand, self.clock())
        if session is None or lack is not None:
            return lack
        return None if meant.is_person(session.person) else Lack.SESSION

    def _begun(
        self,
        recipient: Recipient,
        request: AuthorizationRequest,
        demand: Demand,
        visitor: Visitor,
    ) -> Interaction:
        client = recipient.client
        return self.interactions.begin(
            relying_party=client.id,
            asked=demand.asked,
            essential=demand.is_essential,
            resume=RESUME_PATH,
            browser=visitor.browser,
            prompt=request.prompted,
            max_age=request.max_age,
            hints=Hints(
                province=request.province,
                login=request.login_hint,
                ui_locales=request.ui_locales,
                service=client.purpose.zh or None,
                large_type=request.large_type,
            ),
            claims=client.claims_named(request.claim_names),
            is_offline=request.transfer_ticket is None and asks_offline(request, client),
            reference=visitor.reference,
        )

    def _wait(
        self,
        interaction: Interaction,
        client: ClientId,
        opened: Opened,
        lack: Lack | None,
        transfer: TransferId | None = None,
    ) -> None:
        """Keep the request as it was sent: it is read again when its person comes back."""
        settle = self.settle
        kept = {name: v for name, v in opened.parameters.items() if name not in SECRET}
        with settle.issue.work():
            self.pending.add(
                Pending(
                    interaction=interaction.id,
                    client=client,
                    parameters={**kept, "client_id": client},
                    started_at=self.clock(),
                    pushed=opened.pushed,
                    transfer=transfer,
                )
            )
            settle.issue.trail.record(
                AuthorizationStarted(
                    relying_party=client,
                    interaction=interaction.id,
                    levels=Levels(asked=interaction.asked),
                    lacks="nothing" if lack is None else lack.value,
                )
            )


def nothing_must_be_shown(lack: Lack | None) -> None:
    """OIDC Core §3.1.2.1 prompt=none: an error where a page would be needed.

    A level that was only wished for is no reason: the answer tells the one reached.
    """
    if lack is Lack.LEVEL:
        raise InteractionNeeded
    if lack not in _STILL_FINE:
        raise SignInNeeded


def _goes_on(lack: Lack | None, request: AuthorizationRequest) -> bool:
    if request.forbids_pages:
        return lack in _STILL_FINE
    return lack is None
