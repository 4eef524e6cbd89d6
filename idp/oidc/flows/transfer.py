"""Issues one-time tickets by which a client hands its visitor over (信任传递)."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.clients.ports import ClientLookup
from idp.oidc.checks import transfer as rules
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.domain.transfers import TICKET_LIVES, TICKET_TYPE, Transfer, TransferId
from idp.oidc.errors import TransferNotAllowed
from idp.oidc.events import TransferIssued
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.ports import TransferStore
from idp.session.service import Sessions
from kernel.events import AuditTrail, Levels
from kernel.ids import ClientId, NewIds
from kernel.standing import NotInGoodStanding, Standing
from kernel.work import UnitOfWork

NO_TOKEN = "N_A"  # noqa: S105  RFC 8693 §2.2.1: what was issued is no access token


@dataclass(frozen=True, slots=True)
class IssueTransfer:
    """The part of a token exchange that gives a transfer ticket.

    The exchange has read the subject token: it is the client's own, whoever sent it has
    proven to be its sender, and ``subject`` is its grant, in good standing.
    """

    transfers: TransferStore
    clients: ClientLookup
    sessions: Sessions
    standing: Standing
    issuing: TokenIssuer
    ids: NewIds
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self, asked: TokenRequest, subject: Grant) -> Tokens:
        """Return a ticket for one audience, one minute, and the person's session.

        Raises:
            TransferNotAllowed, TransferTooLong: the target is refused.
            TransferSessionOver, RequestMalformed: as they say.

        Source: RFC 8693 §2.1, §2.2.
        """
        audience = rules.one_audience_is_named(asked.form)
        rules.nobody_acts(asked.form)
        rules.origin_may_hand_over(asked.client, audience)
        rules.audience_takes_codes(self._known(audience))
        session, now = self.sessions.find(subject.session), self.issuing.clock()
        rules.session_is_live(session, now)
        hops = self.transfers.hops_to(subject.id) + 1
        rules.line_is_short(hops)
        ticket = self.issuing.opaque()
        transfer = Transfer(
            id=TransferId(self.ids()),
            origin=asked.client.id,
            audience=audience,
            parent=subject.id,
            session=subject.session,
            person=subject.person,
            level=min(subject.level, session.assurance.level),
            hops=hops,
            issued_at=now,
            expires_at=now + TICKET_LIVES,
        )
        with self.work():
            self.transfers.add(transfer, ticket.digest())
            self.trail.record(self._issued(transfer))
        return _answer(ticket.reveal())

    def _known(self, audience: ClientId) -> Client:
        """RFC 8693 §2.2.2 invalid_target: nobody is handed over to who may not act."""
        try:
            found = self.clients.find(audience)
            self.standing.require(*found.parties())
        except (ClientUnknown, NotInGoodStanding) as cause:
            raise TransferNotAllowed(audience) from cause
        return found

    def _issued(self, transfer: Transfer) -> TransferIssued:
        return TransferIssued(
            relying_party=transfer.origin,
            subject=self.sessions.around.pseudonyms.of(transfer.person),
            levels=Levels(delivered=transfer.level),
            transfer=str(transfer.id),
            grant=transfer.parent,
            session=transfer.session,
            target=transfer.audience,
            hops=transfer.hops,
        )


def _answer(ticket: str) -> Tokens:
    return Tokens(
        access_token=ticket,
        expires_in_s=int(TICKET_LIVES.total_seconds()),
        scope="",
        token_type=NO_TOKEN,
        issued_token_type=TICKET_TYPE,
    )
