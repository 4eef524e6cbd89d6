"""Sign-out: everybody who took part is told, and the person learns who could not be."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from idp.session import events
from idp.session.domain import Delivery, Participant, Session, SignOut, SignOutId
from idp.session.errors import ParticipantUnknown
from idp.session.ports import SessionStore, SignOutStore
from idp.session.service.surroundings import Surroundings
from kernel.events import JsonValue, Outcome
from kernel.ids import SessionId
from kernel.work import JobQueue

BROKER = "broker"


@dataclass(frozen=True, slots=True)
class DeliveryOrder:
    """What a job ``<protocol>.sign_out`` is to deliver."""

    sign_out: SignOutId
    participant: Participant

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
        )

    def write(self) -> dict[str, JsonValue]:
        """Return the payload of its job."""
        return {
            "sign_out": str(self.sign_out),
            "session": str(self.participant.session),
            "protocol": self.participant.protocol,
            "client": self.participant.client,
            "sid": self.participant.sid,
        }


@dataclass(frozen=True, slots=True)
class SignOuts:
    """Sign-outs, with one job for each participant and protocol."""

    store: SignOutStore
    sessions: SessionStore
    jobs: JobQueue
    around: Surroundings

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
                self._order(DeliveryOrder(sign_out.id, participant))
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

    def delivered(self, order: DeliveryOrder) -> None:
        """Note that a participant was told; once more changes nothing."""
        self._settle(order, Delivery.DELIVERED, None)

    def failed(self, order: DeliveryOrder, reason: str) -> None:
        """Note that a participant could not be told, after the last attempt."""
        self._settle(order, Delivery.FAILED, reason)

    def _settle(self, order: DeliveryOrder, state: Delivery, reason: str | None) -> None:
        with self.around.work():
            sign_out = self.store.find(order.sign_out)
            if order.participant not in sign_out.participants:
                raise ParticipantUnknown(str(order.sign_out))
            if not self.store.settle(order.sign_out, order.participant, state):
                return
            failed = state is Delivery.FAILED
            kind = events.SignOutFailed if failed else events.SignOutDelivered
            self.around.trail.record(
                kind(
                    session=str(sign_out.session),
                    sign_out=str(order.sign_out),
                    protocol=order.participant.protocol,
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

    def _order(self, order: DeliveryOrder) -> None:
        participant = order.participant
        self.jobs.enqueue(
            f"{participant.protocol}.sign_out",
            order.write(),
            run_at=None,
            key=f"{order.sign_out}:{participant.protocol}:{participant.client}",
        )
