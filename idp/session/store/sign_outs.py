"""Sign-outs, their deliveries, and the standing number that was followed, over SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, delete, select, update

from idp.session import models
from idp.session.domain import Delivery, Participant, SignOut, SignOutId, Telling
from idp.session.errors import SignOutUnknown
from kernel.ids import PersonId, SessionId
from kernel.infra.db import Database, upsert
from kernel.web import Page, PageAsked

_TABLE: Final = models.sign_out
_DELIVERY: Final = models.delivery
_SESSION: Final = models.session
_FOLLOWED: Final = models.followed
_THE_ROW: Final = 1
_BATCH: Final = 1000
_REASON_LENGTH: Final = 64


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
        found = self._read(select(_TABLE).where(_TABLE.c.id == sign_out))
        if not found:
            raise SignOutUnknown(str(sign_out))
        return found[0]

    def settle(
        self,
        sign_out: SignOutId,
        participant: Participant,
        state: Delivery,
        *,
        at: datetime,
        reason: str | None,
    ) -> bool:
        """Put a delivery's state on record; the WHERE clause says from which others."""
        before = [Delivery.PENDING.value]
        if state is not Delivery.FAILED:
            before.append(Delivery.FAILED.value)
        standing = and_(_is(sign_out, participant), _DELIVERY.c.state.in_(before))
        values = {"state": state.value, "changed_at": at, "reason": _short(reason)}
        return self.db.write(update(_DELIVERY).where(standing).values(**values)) == 1

    def tried(
        self, sign_out: SignOutId, participant: Participant, reason: str, at: datetime
    ) -> None:
        """Count an attempt that brought nothing."""
        values = {"reason": _short(reason), "changed_at": at}
        counted = {"attempts": _DELIVERY.c.attempts + 1, **values}
        one = _is(sign_out, participant)
        self.db.write(update(_DELIVERY).where(one).values(**counted))

    def page(self, asked: PageAsked, state: Delivery | None) -> Page[SignOut]:
        """Return sign-outs, newest first."""
        after = asked.after_id()
        chosen = select(_TABLE).order_by(_TABLE.c.id.desc()).limit(asked.limit + 1)
        if after is not None:
            chosen = chosen.where(_TABLE.c.id < after)
        if state is not None:
            chosen = chosen.where(_some_are(state))
        rows = self._read(chosen)
        shown = tuple(rows[: asked.limit])
        return Page(shown, str(shown[-1].id) if len(rows) > asked.limit else None)

    def undelivered_of(self, person: PersonId, limit: int) -> tuple[SignOut, ...]:
        """Return somebody's sign-outs, newest first, that did not reach everybody."""
        theirs = select(_SESSION.c.id).where(_SESSION.c.person == person)
        chosen = select(_TABLE).where(_TABLE.c.session.in_(theirs))
        failed = chosen.where(_some_are(Delivery.FAILED)).order_by(_TABLE.c.id.desc())
        return tuple(self._read(failed.limit(limit)))

    def forget_before(self, instant: datetime) -> int:
        """Delete the oldest, at most 1,000 at a time."""
        old = select(_TABLE.c.id).where(_TABLE.c.started_at < instant)
        rows = self.db.read(old.order_by(_TABLE.c.started_at).limit(_BATCH))
        chosen = [row.id for row in rows]
        if not chosen:
            return 0
        self.db.write(delete(_DELIVERY).where(_DELIVERY.c.sign_out.in_(chosen)))
        return self.db.write(delete(_TABLE).where(_TABLE.c.id.in_(chosen)))

    def _read(self, chosen: Select[Any]) -> Sequence[SignOut]:
        """Read sign-outs and, in one more statement, all their deliveries."""
        rows = self.db.read(chosen)
        if not rows:
            return ()
        those = _DELIVERY.c.sign_out.in_([row.id for row in rows])
        told = self.db.read(select(_DELIVERY).where(those).order_by(_DELIVERY.c.number))
        return [_sign_out(row, [t for t in told if t.sign_out == row.id]) for row in rows]


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


def _is(sign_out: SignOutId, participant: Participant) -> ColumnElement[bool]:
    return and_(
        _DELIVERY.c.sign_out == sign_out,
        _DELIVERY.c.protocol == participant.protocol,
        _DELIVERY.c.client == participant.client,
    )


def _some_are(state: Delivery) -> ColumnElement[bool]:
    in_state = select(_DELIVERY.c.sign_out).where(_DELIVERY.c.state == state.value)
    return _TABLE.c.id.in_(in_state)


def _short(reason: str | None) -> str | None:
    return None if reason is None else reason[:_REASON_LENGTH]


def _sign_out(row: Row[Any], told: Sequence[Row[Any]]) -> SignOut:
    known = [(_participant(row, one), one) for one in told]
    return SignOut(
        id=SignOutId(row.id),
        session=SessionId(row.session),
        reason=row.reason,
        started_at=row.started_at,
        participants=tuple(participant for participant, _ in known),
        deliveries={participant: Delivery(one.state) for participant, one in known},
        tellings={
            participant: Telling(one.attempts, one.reason, one.changed_at)
            for participant, one in known
        },
    )


def _participant(row: Row[Any], delivery: Row[Any]) -> Participant:
    return Participant(
        session=SessionId(row.session),
        protocol=delivery.protocol,
        client=delivery.client,
        sid=delivery.sid,
    )
