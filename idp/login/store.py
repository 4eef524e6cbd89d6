"""Counts, waiting factors and challenges over SQL: what makes us accept is kept here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Insert, bindparam, case, delete, select, update

from idp.login import models
from idp.login.domain import (
    Challenge,
    ChallengeId,
    Count,
    CountKey,
    PendingFactor,
    Tab,
    VerifiedKey,
)
from idp.login.errors import ChallengeUnknown
from kernel.assurance import Level
from kernel.ids import AuthenticatorId, InteractionId, PersonId
from kernel.infra.db import Database, Prepared, delete_in_batches, upsert

_FAILURE: Final = models.failure
_PENDING: Final = models.pending
_CHALLENGE: Final = models.challenge
_THIS: Final = (_FAILURE.c.kind == bindparam("of")) & (
    _FAILURE.c.name == bindparam("whose")
)


def _counted() -> Insert:
    """Count one more, or begin a fresh window where the last one is over."""
    over = _FAILURE.c.since <= bindparam("over", type_=_FAILURE.c.since.type)
    names = ("kind", "name", "since")
    fresh = upsert(_FAILURE).values(failures=1, **{n: bindparam(n) for n in names})
    return fresh.on_conflict_do_update(
        index_elements=["kind", "name"],
        set_={
            "failures": case((over, 1), else_=_FAILURE.c.failures + 1),
            "since": case((over, fresh.excluded.since), else_=_FAILURE.c.since),
        },
    ).returning(_FAILURE.c.failures, _FAILURE.c.since)


_READ: Final = Prepared(
    select(_FAILURE.c.failures, _FAILURE.c.since).where(
        _THIS, _FAILURE.c.since > bindparam("after")
    )
)
_ADD: Final = Prepared(_counted())
_GIVE_BACK: Final = Prepared(
    update(_FAILURE)
    .where(_THIS, _FAILURE.c.failures > 0)
    .values(failures=_FAILURE.c.failures - 1)
)
_CLEAR: Final = Prepared(delete(_FAILURE).where(_THIS))


@dataclass(frozen=True, slots=True)
class SqlFailureCounts:
    """`FailureCounts`: one statement counts and answers, so no two calls see one count."""

    db: Database

    def read(self, key: CountKey, since: datetime) -> Count:
        """Return the count of the window that is open."""
        row = self.db.read_one(_READ, {**_named(key), "after": since})
        return Count(0) if row is None else Count(row.failures, row.since)

    def add(self, key: CountKey, at: datetime, since: datetime) -> Count:
        """Count one more and return the count, in a fresh window if the last is over."""
        said = {"kind": key.kind.value, "name": key.name, "since": at, "over": since}
        (row,) = self.db.write_returning(_ADD, said)
        return Count(row.failures, row.since)

    def give_back(self, key: CountKey) -> None:
        """Take one off again."""
        self.db.write(_GIVE_BACK, _named(key))

    def clear(self, key: CountKey) -> None:
        """Forget the count."""
        self.db.write(_CLEAR, _named(key))

    def forget_before(self, instant: datetime) -> int:
        """Delete windows that began before ``instant``."""
        return self.db.write(delete(_FAILURE).where(_FAILURE.c.since < instant))


def _named(key: CountKey) -> dict[str, object]:
    return {"of": key.kind.value, "whose": key.name}


@dataclass(frozen=True, slots=True)
class SqlPendingFactors:
    """`PendingFactors`: one row per interaction."""

    db: Database

    def put(self, pending: PendingFactor) -> None:
        """Keep it in place of the last one."""
        values = {
            "person": pending.person,
            "authenticator": pending.authenticator,
            "bound": pending.bound.value,
            "expires_at": pending.expires_at,
            "tab": pending.tab.value,
        }
        statement = upsert(_PENDING).values(interaction=pending.interaction, **values)
        self.db.write(
            statement.on_conflict_do_update(index_elements=["interaction"], set_=values)
        )

    def find(self, interaction: InteractionId) -> PendingFactor | None:
        """Return the one of this interaction."""
        one = _PENDING.c.interaction == interaction
        row = self.db.read_one(select(_PENDING).where(one))
        if row is None:
            return None
        return PendingFactor(
            interaction=InteractionId(row.interaction),
            person=PersonId(row.person),
            authenticator=AuthenticatorId(row.authenticator),
            bound=Level(row.bound),
            expires_at=row.expires_at,
            tab=Tab(row.tab),
        )

    def take(self, interaction: InteractionId) -> bool:
        """Use it up."""
        one = _PENDING.c.interaction == interaction
        return self.db.write(delete(_PENDING).where(one)) == 1

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        over = _PENDING.c.expires_at < instant
        return delete_in_batches(self.db, _PENDING, _PENDING.c.interaction, over)


@dataclass(frozen=True, slots=True)
class SqlChallenges:
    """`Challenges`: given, answered once, used once."""

    db: Database

    def add(self, challenge: Challenge) -> None:
        """Keep a fresh one."""
        self.db.write(
            _CHALLENGE.insert().values(
                id=challenge.id,
                interaction=challenge.interaction,
                message=challenge.message,
                expires_at=challenge.expires_at,
            )
        )

    def find(self, challenge: ChallengeId) -> Challenge:
        """Return one, or raise `ChallengeUnknown`."""
        row = self.db.read_one(select(_CHALLENGE).where(_CHALLENGE.c.id == challenge))
        if row is None:
            raise ChallengeUnknown(str(challenge))
        return Challenge(
            id=ChallengeId(row.id),
            interaction=InteractionId(row.interaction),
            message=row.message,
            expires_at=row.expires_at,
        )

    def answered(self, challenge: ChallengeId, key: VerifiedKey, at: datetime) -> None:
        """Note whose key signed it; the WHERE clause is the lock."""
        waiting = (
            (_CHALLENGE.c.id == challenge)
            & _CHALLENGE.c.answered_at.is_(None)
            & (_CHALLENGE.c.expires_at > at)
        )
        values = {
            "answered_at": at,
            "key_digest": key.key_digest,
            "organisation_uscc": key.organisation_uscc,
        }
        if not self.db.write(update(_CHALLENGE).where(waiting).values(**values)):
            raise ChallengeUnknown(str(challenge))

    def take(self, challenge: ChallengeId, at: datetime) -> VerifiedKey:
        """Use an answered one up; the WHERE clause is the lock."""
        usable = (
            (_CHALLENGE.c.id == challenge)
            & _CHALLENGE.c.answered_at.is_not(None)
            & _CHALLENGE.c.taken_at.is_(None)
            & (_CHALLENGE.c.expires_at > at)
        )
        taken = update(_CHALLENGE).where(usable).values(taken_at=at)
        rows = self.db.write_returning(
            taken.returning(_CHALLENGE.c.key_digest, _CHALLENGE.c.organisation_uscc)
        )
        if not rows:
            raise ChallengeUnknown(str(challenge))
        return VerifiedKey(
            key_digest=rows[0].key_digest, organisation_uscc=rows[0].organisation_uscc
        )

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        over = _CHALLENGE.c.expires_at < instant
        return delete_in_batches(self.db, _CHALLENGE, _CHALLENGE.c.id, over)
