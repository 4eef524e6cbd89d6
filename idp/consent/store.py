"""Receipts, releases and answers over SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, select, tuple_, update

from idp.clients.domain import Basis, LocalText
from idp.consent import models
from idp.consent.domain import Answer, Receipt, ReceiptId, Release
from idp.consent.errors import ReceiptUnknown
from kernel.assurance import Level
from kernel.events import JsonValue
from kernel.ids import ClientId, InteractionId, PersonId, Reference
from kernel.infra.db import Database, Prepared, delete_in_batches, upsert

_RECEIPT: Final = models.receipt
_RELEASE: Final = models.release
_ANSWER: Final = models.answer

_FOR_CLIENT: Final = select(_RECEIPT).where(
    _RECEIPT.c.person == bindparam("whose"), _RECEIPT.c.client == bindparam("whom")
)
_EVER: Final = Prepared(_FOR_CLIENT)
_LIVE: Final = Prepared(_FOR_CLIENT.where(_RECEIPT.c.withdrawn_at.is_(None)))
_ANSWERED: Final = Prepared(
    select(_ANSWER.c.answer).where(_ANSWER.c.interaction == bindparam("sought"))
)
_RELEASE_COLUMNS: Final = (
    "interaction person client client_name attributes level released_at reference"
)
_ADD_RELEASE: Final = Prepared(
    upsert(_RELEASE)
    .values({name: bindparam(name) for name in _RELEASE_COLUMNS.split()})
    .on_conflict_do_nothing()
)


@dataclass(frozen=True, slots=True)
class SqlReceipts:
    """`ReceiptStore` over SQL."""

    db: Database

    def add(self, receipt: Receipt) -> None:
        """Keep a receipt."""
        self.db.write(
            _RECEIPT.insert().values(
                id=receipt.id,
                person=receipt.person,
                client=receipt.client,
                basis=receipt.basis.value,
                attributes=list(receipt.attributes),
                texts=_texts(receipt),
                level=receipt.level.value,
                given_at=receipt.given_at,
                interaction=receipt.interaction,
                reference=receipt.reference,
            )
        )

    def find(self, person: PersonId, receipt: ReceiptId) -> Receipt:
        """Return one of somebody's own, or raise `ReceiptUnknown`."""
        own = (_RECEIPT.c.id == receipt) & (_RECEIPT.c.person == person)
        row = self.db.read_one(select(_RECEIPT).where(own))
        if row is None:
            raise ReceiptUnknown(str(receipt))
        return _receipt(row)

    def of(self, person: PersonId) -> tuple[Receipt, ...]:
        """Return somebody's receipts, newest first."""
        statement = select(_RECEIPT).where(_RECEIPT.c.person == person)
        rows = self.db.read(statement.order_by(_RECEIPT.c.id.desc()))
        return tuple(_receipt(row) for row in rows)

    def live(self, person: PersonId, client: ClientId) -> tuple[Receipt, ...]:
        """Return somebody's receipts for one client that were not withdrawn."""
        rows = self.db.read(_LIVE, {"whose": person, "whom": client})
        return tuple(_receipt(row) for row in rows)

    def ever(self, person: PersonId, client: ClientId) -> tuple[Receipt, ...]:
        """Return somebody's receipts for one client, withdrawn ones too."""
        rows = self.db.read(_EVER, {"whose": person, "whom": client})
        return tuple(_receipt(row) for row in rows)

    def withdraw(self, receipt: ReceiptId, at: datetime) -> bool:
        """Mark one withdrawn."""
        live = (_RECEIPT.c.id == receipt) & _RECEIPT.c.withdrawn_at.is_(None)
        return self.db.write(update(_RECEIPT).where(live).values(withdrawn_at=at)) == 1

    def answer(self, interaction: InteractionId, answer: Answer, at: datetime) -> bool:
        """Put an answer on record; the first stands."""
        statement = upsert(_ANSWER).values(
            interaction=interaction, answer=answer.value, answered_at=at
        )
        return self.db.write(statement.on_conflict_do_nothing()) == 1

    def answer_to(self, interaction: InteractionId) -> Answer | None:
        """Return what was answered."""
        row = self.db.read_one(_ANSWERED, {"sought": interaction})
        return None if row is None else Answer(row.answer)

    def add_release(self, release: Release) -> None:
        """Keep a release; once per interaction."""
        self.db.write(
            _ADD_RELEASE,
            {
                "interaction": release.interaction,
                "person": release.person,
                "client": release.client,
                "client_name": [release.client_name.zh, release.client_name.en],
                "attributes": list(release.attributes),
                "level": release.level.value,
                "released_at": release.released_at,
                "reference": release.reference,
            },
        )

    def releases_of(
        self, person: PersonId, limit: int, before: Release | None = None
    ) -> tuple[Release, ...]:
        """Return somebody's latest releases, newest first; ``before``: older ones only."""
        age = (_RELEASE.c.released_at, _RELEASE.c.interaction)
        statement = select(_RELEASE).where(_RELEASE.c.person == person)
        if before is not None:
            place = tuple_(
                before.released_at, before.interaction, types=[c.type for c in age]
            )
            statement = statement.where(tuple_(*age) < place)
        latest = statement.order_by(*(column.desc() for column in age)).limit(limit)
        return tuple(_release(row) for row in self.db.read(latest))

    def release_of(self, person: PersonId, interaction: InteractionId) -> Release | None:
        """Return the release of one interaction, if it was of this person."""
        one = (_RELEASE.c.interaction == interaction) & (_RELEASE.c.person == person)
        row = self.db.read_one(select(_RELEASE).where(one))
        return None if row is None else _release(row)

    def forget_answers_before(self, instant: datetime) -> int:
        """Delete answers given before ``instant``."""
        over = _ANSWER.c.answered_at < instant
        return delete_in_batches(self.db, _ANSWER, _ANSWER.c.interaction, over)


def _texts(receipt: Receipt) -> JsonValue:
    return {
        "client_name": [receipt.client_name.zh, receipt.client_name.en],
        "recipient": [receipt.recipient.zh, receipt.recipient.en],
        "purpose": [receipt.purpose.zh, receipt.purpose.en],
        "retention": [receipt.retention.zh, receipt.retention.en],
    }


def _reference(text: str | None) -> Reference | None:
    return None if text is None else Reference(text)


def _receipt(row: Row[*tuple[Any, ...]]) -> Receipt:
    texts: dict[str, list[str]] = row.texts
    return Receipt(
        id=ReceiptId(row.id),
        person=PersonId(row.person),
        client=ClientId(row.client),
        basis=Basis(row.basis),
        attributes=tuple(row.attributes),
        client_name=LocalText(*texts["client_name"]),
        recipient=LocalText(*texts["recipient"]),
        purpose=LocalText(*texts["purpose"]),
        retention=LocalText(*texts["retention"]),
        level=Level(row.level),
        given_at=row.given_at,
        interaction=InteractionId(row.interaction),
        reference=_reference(row.reference),
        withdrawn_at=row.withdrawn_at,
    )


def _release(row: Row[*tuple[Any, ...]]) -> Release:
    return Release(
        person=PersonId(row.person),
        client=ClientId(row.client),
        client_name=LocalText(*row.client_name),
        attributes=tuple(row.attributes),
        level=Level(row.level),
        released_at=row.released_at,
        interaction=InteractionId(row.interaction),
        reference=_reference(row.reference),
    )
