"""Sign-out: everybody who took part is told, and the person learns who could not be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import ClassVar, Final
from uuid import UUID

from idp.session import events
from idp.session.domain import Delivery, Participant, Session, SignOut, SignOutId
from idp.session.errors import NobodyToCall, ParticipantUnknown
from idp.session.ports import SessionStore, SignOutStore
from idp.session.service.back_channels import BackChannels
from idp.session.service.surroundings import Surroundings
from kernel.events import JsonValue, Outcome
from kernel.ids import ClientId, PersonId, Pseudonym, SessionId
from kernel.web import Page, PageAsked
from kernel.work import JobQueue

BROKER = "broker"
LATEST: Final = 20
"""So many sign-outs are shown to their person."""
_SETTLED: Final = MappingProxyType(
    {
        Delivery.DELIVERED: events.SignOutDelivered,
        Delivery.SHOWN: events.SignOutShown,
        Delivery.FAILED: events.SignOutFailed,
    }
)


@dataclass(frozen=True, slots=True)
class DeliveryOrder:
    """What a job ``<protocol>.sign_out`` is to deliver.

    ``late`` counts the orders after the first: there the participant is on record as not
    told, and is tried once more after hours.
    """

    sign_out: SignOutId
    participant: Participant
    late: int = 0

    @classmethod
    def read(cls, payload: Mapping[str, JsonValue]) -> "DeliveryOrder":
        """Read the payload of a job."""
        return cls(
            SignOutId(UUID(str(payload["sign_out"]))),
            Participant(
                session=SessionId(UUID(str(payload["session"]))),
                protocol=str(payload["protocol"]),
                client=str(payload["client"]),
                sid=str(payload["sid"]),
            ),
            int(str(payload.get("late", 0))),
        )

    def write(self) -> dict[str, JsonValue]:
        """Return the payload of its job."""
        return {
            "sign_out": str(self.sign_out),
            "session": str(self.participant.session),
            "protocol": self.participant.protocol,
            "client": self.participant.client,
            "sid": self.participant.sid,
            "late": self.late,
        }


@dataclass(frozen=True, slots=True)
class SignOuts:
    """Sign-outs, with one job for each participant and protocol."""

    store: SignOutStore
    sessions: SessionStore
    jobs: JobQueue
    channels: BackChannels
    around: Surroundings

    LATER: ClassVar[tuple[timedelta, ...]] = (
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=24),
    )
    """When somebody who could not be told is tried again, counted from the try before."""

    def begin(self, session: Session, reason: str) -> SignOut:
        """Tell everybody who took part in an ended session.

        The upstream takes part too, unless it was the upstream that ended it. Part of the
        surrounding unit of work.
        """
        sign_out = SignOut(
            id=SignOutId(self.around.ids()),
            session=session.id,
            reason=reason,
            started_at=self.around.clock(),
            participants=self._participants(session, reason),
        )
        with self.around.work():
            self.store.add(sign_out)
            for participant in sign_out.participants:
                self._order(DeliveryOrder(sign_out.id, participant), "first")
            self.around.trail.record(
                events.SignOutBegun(
                    subject=self.around.pseudonyms.of(session.person),
                    session=str(session.id),
                    sign_out=str(sign_out.id),
                    participants=len(sign_out.participants),
                    reason=reason,
                )
            )
        return self.store.find(sign_out.id)

    def show(self, sign_out: SignOutId) -> SignOut:
        """Return one with the state of each delivery, or raise `SignOutUnknown`."""
        return self.store.find(sign_out)

    def page(self, asked: PageAsked, state: Delivery | None) -> Page[SignOut]:
        """Return sign-outs, newest first; with ``state`` those where somebody is in it."""
        return self.store.page(asked, state)

    def undelivered_of(self, person: PersonId) -> tuple[SignOut, ...]:
        """Return somebody's latest sign-outs that did not reach everybody."""
        return self.store.undelivered_of(person, LATEST)

    def delivered(self, order: DeliveryOrder) -> None:
        """Note that a participant was told; once more changes nothing."""
        self._settle(order, Delivery.DELIVERED, None)

    def shown(self, order: DeliveryOrder) -> None:
        """Note that a participant's address was laid into the sign-out page."""
        self._settle(order, Delivery.SHOWN, None)

    def failed(self, order: DeliveryOrder, reason: str) -> None:
        """Note that a participant could not be told, after the last attempt."""
        self._settle(order, Delivery.FAILED, reason)

    def tried(self, order: DeliveryOrder, reason: str) -> None:
        """Note an attempt that brought nothing."""
        at = self.around.clock()
        self.store.tried(order.sign_out, order.participant, reason, at)

    def later(self, order: DeliveryOrder) -> None:
        """Order one more try after hours, unless there were enough."""
        if order.late >= len(self.LATER):
            return
        pause = self.LATER[order.late]
        following = replace(order, late=order.late + 1)
        self._order(following, f"late-{following.late}", self.around.clock() + pause)

    def again(self, sign_out: SignOutId, *, actor: Pseudonym | None) -> SignOut:
        """Have everybody told again who was not reached and can be called; nobody else.

        Raises:
            SignOutUnknown: there is none of this name.
            NobodyToCall: that is nobody; nothing is ordered.
        """
        with self.around.work():
            found, at = self.store.find(sign_out), self.around.clock()
            failed = [
                participant
                for participant in found.with_state(Delivery.FAILED)
                if self.channels.lead_to(participant)
                and self.store.settle(
                    sign_out, participant, Delivery.PENDING, at=at, reason=None
                )
            ]
            if not failed:
                raise NobodyToCall(str(sign_out))
            for participant in failed:
                late = DeliveryOrder(sign_out, participant, len(self.LATER))
                self._order(late, str(self.around.ids()))
            self.around.trail.record(
                events.SignOutOrdered(
                    actor=actor,
                    session=str(found.session),
                    sign_out=str(sign_out),
                    participants=len(failed),
                )
            )
        return self.store.find(sign_out)

    def _settle(self, order: DeliveryOrder, state: Delivery, reason: str | None) -> None:
        with self.around.work():
            sign_out, at = self.store.find(order.sign_out), self.around.clock()
            participant = order.participant
            if participant not in sign_out.participants:
                raise ParticipantUnknown(str(order.sign_out))
            if not self.store.settle(
                order.sign_out, participant, state, at=at, reason=reason
            ):
                return
            failed = state is Delivery.FAILED
            self.around.trail.record(
                _SETTLED[state](
                    relying_party=_relying_party(participant),
                    session=str(sign_out.session),
                    sign_out=str(order.sign_out),
                    protocol=participant.protocol,
                    outcome=Outcome.FAILED if failed else Outcome.DONE,
                    reason=reason,
                )
            )

    def _participants(self, session: Session, reason: str) -> tuple[Participant, ...]:
        told = self.sessions.participants(session.id)
        upstream = session.upstream
        if upstream is None or reason == "upstream":
            return told
        above = Participant(
            session=session.id,
            protocol=BROKER,
            client=upstream.provider,
            sid=upstream.sid or "",
        )
        return (*told, above)

    def _order(
        self, order: DeliveryOrder, which: str, run_at: datetime | None = None
    ) -> None:
        participant = order.participant
        # Names of clients may be longer than a key; what tells two of them apart is not.
        client = sha256(participant.client.encode()).hexdigest()[:32]
        self.jobs.enqueue(
            f"{participant.protocol}.sign_out",
            order.write(),
            run_at=run_at,
            key=f"{order.sign_out}:{client}:{which}",
        )


def _relying_party(participant: Participant) -> ClientId | None:
    return None if participant.protocol == BROKER else ClientId(participant.client)
