"""A ticket in another browser: the person picks, where they are signed in, its number."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.clients.ports import ClientLookup
from idp.consent.domain import Notice
from idp.consent.service import Consents
from idp.oidc.domain.transfers import Match, Transfer, TransferId
from idp.oidc.errors import TransferUnknown
from idp.oidc.events import TransferLeft, TransferMatched
from idp.oidc.flows.handover import Handover
from idp.oidc.ports import PendingStore
from idp.session.domain import Interaction, Session
from idp.session.service import Interactions
from kernel.events import Outcome
from kernel.ids import ClientId
from kernel.secret import Digest

DENIED = "access_denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person is asked in the browser where they are signed in.

    ``notice`` is what they agree to by picking the number; None: nothing is released that
    they have not agreed to before.
    """

    transfer: Transfer
    origin: Client
    audience: Client
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """Lets a browser in only once the person has matched it; one try, three minutes."""

    handover: Handover
    pending: PendingStore
    interactions: Interactions
    consents: Consents
    clients: ClientLookup

    def at_door(self, interaction: Interaction) -> Transfer:
        """Return the transfer that a browser at the door came with.

        Raises:
            TransferUnknown: it came with none, or was answered already.
        """
        pending = self.pending.find(interaction.id)
        named = None if pending is None else pending.transfer
        found = None if named is None else self.handover.transfers.find(named)
        if found is None or found.interaction != interaction.id:
            raise TransferUnknown(str(interaction.id))
        return found

    def enter(self, interaction: Interaction) -> str:
        """Go on in the browser at the door, which the person has matched.

        Raises:
            SignInNeeded: it is not matched, or what it rests on has ended.
        """
        transfer = self.at_door(interaction)
        session = self.handover.session_of(transfer.id, None)
        self.interactions.finish(interaction.id, session)
        return interaction.resume

    def give_up(self, interaction: Interaction) -> str:
        """Tell the relying party that nobody came; return where the browser goes."""
        self.interactions.deny(interaction.id, DENIED)
        return interaction.resume

    def leave(self, interaction: Interaction) -> str:
        """Turn back at the door, matched or not: the ticket leads nowhere any more."""
        handover, transfer = self.handover, self.at_door(interaction)
        with handover.work():
            gone = self.give_up(interaction)
            # Who said no at the other browser has ended it, and that is on record.
            if handover.transfers.end(transfer.id, handover.clock()) is not None:
                handover.trail.record(self._left(transfer))
        return gone

    def _left(self, transfer: Transfer) -> TransferLeft:
        return TransferLeft(
            relying_party=transfer.audience,
            subject=self.handover.sessions.around.pseudonyms.of(transfer.person),
            interaction=transfer.interaction,
            transfer=str(transfer.id),
            session=transfer.session,
            outcome=Outcome.REFUSED,
            reason=DENIED,
        )

    def asked_of(self, session: Session) -> tuple[Asked, ...]:
        """Return what waits for a number in a session, newest first."""
        now = self.handover.clock()
        waiting = self.handover.transfers.waiting_of(session.id)
        return tuple(self._asked(one, session) for one in waiting if one.is_waiting(now))

    def pick(
        self, session: Session, transfer: TransferId, number: int, shown: Digest | None
    ) -> bool:
        """Match a browser by its number; a wrong one ends the transfer.

        ``shown`` is the digest of the notice that stood beside the numbers: the right
        number agrees to exactly that.

        Raises:
            TransferUnknown: nothing of this session waits under that name.
            NoticeDiffers: something changed since it was shown; the number is not used up.
        """
        handover, asked = self.handover, self._waiting(session, transfer)
        if number != asked.transfer.number:
            self.refuse(session, transfer)
            return False
        with handover.work():
            self._agree(asked, session, shown)
            if not handover.transfers.matched(transfer):
                raise TransferUnknown(str(transfer))
            self._record(asked.transfer, Outcome.DONE)
        return True

    def refuse(self, session: Session, transfer: TransferId) -> None:
        """End a transfer that the person does not know, or mistook.

        Raises:
            TransferUnknown: nothing of this session waits under that name.
        """
        asked = self._waiting(session, transfer)
        with self.handover.work():
            self.handover.transfers.end(transfer, self.handover.clock())
            self._record(asked.transfer, Outcome.REFUSED)

    def _waiting(self, session: Session, transfer: TransferId) -> Asked:
        """Only who is signed in sees what waits for their answer."""
        found = (one for one in self.asked_of(session) if one.transfer.id == transfer)
        asked = next(found, None)
        if asked is None:
            raise TransferUnknown(str(transfer))
        return asked

    def _asked(self, transfer: Transfer, session: Session) -> Asked:
        return Asked(
            transfer=transfer,
            origin=self._named(transfer.origin),
            audience=self._named(transfer.audience),
            notice=self.consents.needed(self._interaction(transfer), session),
        )

    def _agree(self, asked: Asked, session: Session, shown: Digest | None) -> None:
        if asked.notice is None:
            return
        interaction = self._interaction(asked.transfer)
        self.consents.agree(interaction, session, shown or Digest(bytes(32)))

    def _interaction(self, transfer: Transfer) -> Interaction:
        """A transfer is answered only where another browser waits for it."""
        if transfer.interaction is None:
            raise TransferUnknown(str(transfer.id))
        return self.interactions.find(transfer.interaction)

    def _named(self, client: ClientId) -> Client:
        return self.clients.find(client)

    def _record(self, transfer: Transfer, outcome: Outcome) -> None:
        self.handover.trail.record(
            TransferMatched(
                relying_party=transfer.audience,
                subject=self.handover.sessions.around.pseudonyms.of(transfer.person),
                interaction=transfer.interaction,
                transfer=str(transfer.id),
                session=transfer.session,
                outcome=outcome,
                reason=None if outcome is Outcome.DONE else DENIED,
            )
        )


def is_over(transfer: Transfer, *, waits: bool) -> bool:
    """Tell whether a browser at the door waits in vain: refused, or not matched in time."""
    if transfer.ended_at is not None:
        return True
    return transfer.match is Match.WAITING and not waits
