"""Checks that were made, and counts of attempts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, case, delete, insert, select, update

from kernel.ids import ClientId, PersonId, Pseudonym
from kernel.infra.db import Database, upsert
from kernel.proof.seal import Place, Sealer
from realname.domain import (
    Basis,
    CountKey,
    Outcome,
    TwoElements,
    Verification,
    VerificationId,
)
from realname.errors import ReceiptUnknown
from realname.models import ATTEMPTS, VERIFICATIONS

_V: Final = VERIFICATIONS.c
_A: Final = ATTEMPTS.c
_SHOWN: Final = (
    _V.id, _V.person, _V.client, _V.basis, _V.outcome, _V.source, _V.requested_by, _V.at,
)  # fmt: skip
NUMBER_CONTEXT: Final = "realname.number"


@dataclass(frozen=True, slots=True)
class SqlVerifications:
    """Implements `VerificationStore`; ``namer`` is of the purpose ``person``."""

    db: Database
    sealer: Sealer
    namer: Sealer

    def add(self, verification: Verification, elements: TwoElements) -> None:
        """Keep one; name and number are sealed to their row."""
        number = elements.number.value.encode()
        name = self.sealer.seal(elements.name.encode(), _place("name", verification.id))
        self.db.write(
            insert(VERIFICATIONS).values(
                id=verification.id,
                person=verification.person,
                client=verification.client,
                basis=verification.basis.value,
                outcome=verification.outcome.value,
                source=verification.source,
                requested_by=verification.requested_by,
                at=verification.at,
                name=name,
                number=self.sealer.seal(number, _place("number", verification.id)),
                number_index=self.namer.index(number, NUMBER_CONTEXT),
            )
        )

    def find(self, verification: VerificationId) -> Verification:
        """Return one, or raise `ReceiptUnknown`."""
        row = self.db.read_one(select(*_SHOWN).where(_V.id == verification))
        if row is None:
            raise ReceiptUnknown(str(verification))
        return _verification(row)


@dataclass(frozen=True, slots=True)
class SqlAttempts:
    """Implements `AttemptCounts`: one statement counts and answers."""

    db: Database

    def add(self, key: CountKey, at: datetime, since: datetime) -> int:
        """Count one more and return the count, in a fresh window if the last is over."""
        over = _A.since <= since
        statement = upsert(ATTEMPTS).values(
            kind=key.kind.value, name=key.name, attempts=1, since=at
        )
        counted = statement.on_conflict_do_update(
            index_elements=["kind", "name"],
            set_={
                "attempts": case((over, 1), else_=_A.attempts + 1),
                "since": case((over, statement.excluded.since), else_=_A.since),
            },
        ).returning(_A.attempts)
        (row,) = self.db.write_returning(counted)
        return int(row.attempts)

    def give_back(self, key: CountKey) -> None:
        """Take one off again, down to 0."""
        one = (_A.kind == key.kind.value) & (_A.name == key.name) & (_A.attempts > 0)
        self.db.write(update(ATTEMPTS).where(one).values(attempts=_A.attempts - 1))

    def forget_before(self, instant: datetime) -> int:
        """Delete windows that began before ``instant``."""
        return self.db.write(delete(ATTEMPTS).where(_A.since < instant))


def _place(column: str, row: VerificationId) -> Place:
    return Place("realname", column, str(row))


def _verification(row: Row[*tuple[Any, ...]]) -> Verification:
    return Verification(
        id=VerificationId(row.id),
        person=None if row.person is None else PersonId(row.person),
        client=None if row.client is None else ClientId(row.client),
        basis=Basis(row.basis),
        outcome=Outcome(row.outcome),
        source=row.source,
        at=row.at,
        requested_by=None if row.requested_by is None else Pseudonym(row.requested_by),
    )
