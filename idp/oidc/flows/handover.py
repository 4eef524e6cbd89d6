"""A browser comes with a transfer ticket: in the session's own browser, or in another."""

from dataclasses import dataclass, replace
from typing import Final

from idp.clients.domain import Client
from idp.oidc.checks import transfer as rules
from idp.oidc.domain.grants import Grant, GrantKind
from idp.oidc.domain.requests import (
    AuthorizationRequest,
    Lack,
    delivered_level,
    demand_of,
    what_lacks,
)
from idp.oidc.domain.transfers import Match, Transfer, TransferId
from idp.oidc.errors import (
    GrantEnded,
    LevelNotReached,
    SignInNeeded,
    TransferNotAllowed,
    TransferSessionOver,
    TransferTicketRefused,
    TransferTicketReplayed,
)
from idp.oidc.events import TransferArrived, TransferRedeemed, TransferReplayed
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.ports import GrantStore, TransferStore
from idp.session.domain import Interaction, Session
from idp.session.service import Sessions
from kernel.clock import Clock
from kernel.events import AuditTrail, Levels, Outcome
from kernel.work import UnitOfWork

MATCH_PATH: Final = "/transfer"
"""The page of the browser at the door, where a number is matched first."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """A ticket that may be used up now, and the session it rests on.

    The sign-in of ``session`` is the one that the origin was told of.
    """

    transfer: Transfer
    session: Session

    def is_at_home(self, here: Session | None) -> bool:
        """Tell whether the browser at the door is the one that is signed in."""
        return here is not None and here.id == self.session.id


@dataclass(frozen=True, slots=True)
class Handover:
    """Uses tickets up, and derives from the origin's grant what its audience gets.

    The person is not signed in anew and nothing grows: level, time and means are those of
    the grant that the ticket was issued on.
    """

    transfers: TransferStore
    grants: GrantStore
    standing: GrantStanding
    sessions: Sessions
    trail: AuditTrail
    work: UnitOfWork
    clock: Clock

    def arriving(self, request: AuthorizationRequest, client: Client) -> Arriving:
        """Return what the ticket of a request stands for; nothing has happened yet.

        Raises:
            TransferTicketRefused: unknown, expired, or somebody else's.
            TransferTicketReplayed: it came before; what came of it is revoked.
            SignInNeeded, LevelNotReached: the request asks for more than it carries.
        """
        ticket = request.transfer_ticket
        found = None if ticket is None else self.transfers.by_ticket(ticket)
        if found is None:
            raise TransferTicketRefused("unknown")
        rules.ticket_is_for(found, client)
        if found.redeemed_at is not None:
            self._replayed(found)
        rules.ticket_is_fresh(found, self.clock())
        session = self._session(found)
        self._does(request, client, found, session)
        return Arriving(found, session)

    def use_up(
        self, arriving: Arriving, interaction: Interaction, *, at_home: bool
    ) -> None:
        """Bind the ticket to the browser that came with it; part of the unit of work.

        Raises:
            TransferTicketReplayed: another one was faster; that stays.
        """
        match = Match.NOT_NEEDED if at_home else Match.WAITING
        transfer, now = arriving.transfer, self.clock()
        if not self.transfers.redeem(transfer.id, interaction.id, match, now):
            self._replayed(transfer)
        self.trail.record(
            TransferArrived(
                relying_party=transfer.audience,
                subject=self.sessions.around.pseudonyms.of(transfer.person),
                interaction=interaction.id,
                transfer=str(transfer.id),
                session=transfer.session,
                kind=match.value,
            )
        )

    def session_of(self, transfer: TransferId, here: Session | None) -> Session:
        """Return the session that a transfer which was let in rests on.

        Its sign-in is the one that the origin was told of. Only who was matched may have
        it elsewhere than ``here``, in the browser that asks.

        Raises:
            SignInNeeded: it was not matched, or was revoked since.
            TransferSessionOver, TransferTicketRefused: nobody is signed in any more.
        """
        found = self.transfers.find(transfer)
        if found is None or found.match in {None, Match.WAITING} or found.ended_at:
            raise SignInNeeded
        session = self._session(found)
        is_at_home = Arriving(found, session).is_at_home(here)
        if found.match is not Match.MATCHED and not is_at_home:
            raise SignInNeeded
        return session

    def derived(self, grant: Grant, request: AuthorizationRequest) -> Grant:
        """Return a fresh grant as what its ticket carries; part of the unit of work.

        Raises:
            TransferTicketRefused: its origin, or what came of the ticket, was revoked.

        Source: RFC 8693 §2.1; nothing is told that the origin was not told.
        """
        named = request.transfer
        found = None if named is None else self.transfers.find(named)
        parent = None if found is None else self.grants.find(found.parent)
        if found is None or parent is None or not self.transfers.led_to(found.id, grant.id):
            raise TransferTicketRefused("ended")
        level = delivered_level(request, min(grant.level, found.level))
        self._record(grant, found, level=Levels(delivered=level))
        return replace(
            grant,
            kind=_kind_of(grant),
            parent=parent.id,
            level=level,
            identity=min(grant.identity, parent.identity),
            amr=parent.amr,
            authenticated_at=parent.authenticated_at,
            acting_for=parent.acting_for,
            scopes=grant.scopes - {"offline_access"},
            is_offline=False,
        )

    def _session(self, transfer: Transfer) -> Session:
        """The pair is on record, the origin's grant stands, and its session lives.

        OIDC Core §3.1.3.7 no. 13: it is as old as the sign-in that is told, the origin's;
        who has signed in anew since is nobody that the origin was told of.
        """
        parent = self.grants.find(transfer.parent)
        if parent is None:
            raise TransferTicketRefused("parent")
        try:
            self.standing.require(replace(parent, is_offline=False))
        except GrantEnded as cause:
            raise TransferTicketRefused(cause.detail) from cause
        self._pair_stands(transfer)
        session = self.sessions.find(transfer.session)
        rules.session_is_live(session, self.clock())
        if session.person != transfer.person:
            raise TransferSessionOver("person")
        return replace(session, authenticated_at=parent.authenticated_at)

    def _pair_stands(self, transfer: Transfer) -> None:
        """RFC 8693 §2.2.2: a pair that was taken back hands nobody over any more."""
        origin = self.standing.clients.find(transfer.origin)
        try:
            rules.origin_may_hand_over(origin, transfer.audience)
        except TransferNotAllowed as cause:
            raise TransferTicketRefused("policy") from cause

    def _does(
        self,
        request: AuthorizationRequest,
        client: Client,
        transfer: Transfer,
        session: Session,
    ) -> None:
        """OIDC Core §3.1.2.1: what asks for a fresh sign-in is no handing over."""
        demand = demand_of(request, client)
        lack = what_lacks(session, request, demand, self.clock())
        if lack is Lack.LEVEL or transfer.level < demand.least:
            raise LevelNotReached
        if lack not in {None, Lack.WISHED_LEVEL}:
            raise SignInNeeded

    def _replayed(self, transfer: Transfer) -> None:
        """RFC 6749 §4.1.2, for tickets too: a second use ends what came of the first."""
        now = self.clock()
        with self.work():
            ended = self.transfers.end(transfer.id, now)
            if ended is not None and ended.child is not None:
                self.grants.end(ended.child, now, TransferTicketReplayed.code)
            self.trail.record(
                TransferReplayed(
                    relying_party=transfer.audience,
                    subject=self.sessions.around.pseudonyms.of(transfer.person),
                    transfer=str(transfer.id),
                    outcome=Outcome.REFUSED,
                    reason=TransferTicketReplayed.code,
                )
            )
            raise TransferTicketReplayed(str(transfer.id))

    def _record(self, grant: Grant, transfer: Transfer, *, level: Levels) -> None:
        self.trail.record(
            TransferRedeemed(
                relying_party=grant.client,
                subject=self.sessions.around.pseudonyms.of(grant.person),
                levels=level,
                transfer=str(transfer.id),
                grant=grant.id,
                parent=transfer.parent,
                session=transfer.session,
                hops=transfer.hops,
            )
        )


def _kind_of(grant: Grant) -> GrantKind:
    """A ticket of the provincial sequence stays one, whoever handed the person over."""
    return grant.kind if grant.kind is GrantKind.TICKET else GrantKind.TRANSFER
