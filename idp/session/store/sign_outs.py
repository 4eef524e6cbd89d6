"""Sign-outs, their deliveries, and the standing number that was followed, over SQL."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row, select, update

from idp.session import models
from idp.session.domain import Delivery, Participant, SignOut, SignOutId
from idp.session.errors import SignOutUnknown
from kernel.ids import SessionId
from kernel.infra.db import Database, upsert

_TABLE: Final = models.sign_out
_DELIVERY: Final = models.delivery
_FOLLOWED: Final = models.followed
_THE_ROW: Final = 1


@dataclass(frozen=True, slots=True)
class SqlSignOuts:
    """`SignOutStore` over SQL."""

    db: Database

    def add(self, sign_out: SignOut) -> None:
        """Keep a fresh one, everybody pending."""
        self.db.write(
            _TABLE.insert().values(
                id=sign_out.id,
                session=sign_out.session,
                reason=sign_out.reason,
                started_at=sign_out.started_at,
            )
        )
        for number, participant in enumerate(sign_out.participants):
            self.db.write(
                _DELIVERY.insert().values(
                    sign_out=sign_out.id,
                    protocol=participant.protocol,
                    client=participant.client,
                    sid=participant.sid,
                    number=number,
                    state=Delivery.PENDING.value,
                )
            )

    def find(self, sign_out: SignOutId) -> SignOut:
        """Return one, or raise `SignOutUnknown`."""
        row = self.db.read_one(select(_TABLE).where(_TABLE.c.id == sign_out))
        if row is None:
            raise SignOutUnknown(str(sign_out))
        statement = select(_DELIVERY).where(_DELIVERY.c.sign_out == sign_out)
        told = self.db.read(statement.order_by(_DELIVERY.c.number))
        states = {_participant(row, one): Delivery(one.state) for one in told}
        return SignOut(
            id=SignOutId(row.id),
            session=SessionId(row.session),
            reason=row.reason,
            started_at=row.started_at,
            participants=tuple(states),
            deliveries=states,
        )

    def settle(
        self, sign_out: SignOutId, participant: Participant, state: Delivery
    ) -> bool:
        """Put a pending delivery's state on record."""
        pending = (
            (_DELIVERY.c.sign_out == sign_out)
            & (_DELIVERY.c.protocol == participant.protocol)
            & (_DELIVERY.c.client == participant.client)
            & (_DELIVERY.c.state == Delivery.PENDING.value)
        )
        written = update(_DELIVERY).where(pending).values(state=state.value)
        return self.db.write(written) == 1


@dataclass(frozen=True, slots=True)
class SqlFollowedNumber:
    """`FollowedNumber` over SQL: one row."""

    db: Database

    def read(self) -> int:
        """Return it; 0 before the first."""
        row = self.db.read_one(select(_FOLLOWED.c.number))
        return 0 if row is None else int(row.number)

    def advance(self, number: int) -> None:
        """Put a later one on record; an earlier one changes nothing."""
        statement = upsert(_FOLLOWED).values(id=_THE_ROW, number=number)
        self.db.write(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={"number": number},
                where=_FOLLOWED.c.number < number,
            )
        )


def _participant(
    row: Row[*tuple[object, ...]], delivery: Row[*tuple[object, ...]]
) -> Participant:
    return Participant(
        session=SessionId(row.session),
        protocol=delivery.protocol,
        client=delivery.client,
        sid=delivery.sid,
    )
