"""Other signed answers, bookmarks and used assertions, over SQL."""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, select

from kernel.ids import EntityId
from kernel.infra.db import Database, upsert
from kernel.secret import Digest
from trustroot.publish.domain import Answer, AnswerKind
from trustroot.publish.models import ANSWERS, ASSERTIONS, BOOKMARKS

_A: Final = ANSWERS.c
_KEY: Final = ["kind", "name"]


@dataclass(frozen=True, slots=True)
class SqlAnswers:
    """Implements `trustroot.publish.ports.AnswerStore`."""

    database: Database

    def put(self, answer: Answer) -> None:
        """Keep an answer in place of the one of the same kind and name."""
        values = {field.name: getattr(answer, field.name) for field in fields(answer)}
        values["kind"] = answer.kind.value
        newer = {name: value for name, value in values.items() if name not in _KEY}
        put = upsert(ANSWERS).values(values)
        self.database.write(put.on_conflict_do_update(index_elements=_KEY, set_=newer))

    def find(self, kind: AnswerKind, name: str) -> Answer | None:
        """Return an answer, if there is one."""
        asked = select(ANSWERS).where(_A.kind == kind.value, _A.name == name)
        row = self.database.read_one(asked)
        return None if row is None else _answer(row)

    def remove(self, kind: AnswerKind, name: str) -> None:
        """Take an answer away; none there is no error."""
        self.database.write(delete(ANSWERS).where(_A.kind == kind.value, _A.name == name))


@dataclass(frozen=True, slots=True)
class SqlBookmarks:
    """Implements `trustroot.publish.ports.Bookmarks`."""

    database: Database

    def at(self, name: str) -> int:
        """Return the number it has read up to; 0 before the first."""
        asked = select(BOOKMARKS.c.number).where(BOOKMARKS.c.name == name)
        row = self.database.read_one(asked)
        return 0 if row is None else int(row[0])

    def move(self, name: str, number: int) -> None:
        """Remember how far it has read."""
        put = upsert(BOOKMARKS).values(name=name, number=number)
        moved = {"number": number}
        self.database.write(put.on_conflict_do_update(index_elements=["name"], set_=moved))


@dataclass(frozen=True, slots=True)
class SqlAssertions:
    """Implements `trustroot.publish.ports.AssertionStore`."""

    database: Database

    def use(self, client: EntityId, jti: str, until: datetime) -> bool:
        """Note an id as used; False if it was already."""
        used = hashlib.sha256(client.encode() + b"\0" + jti.encode()).digest()
        noted = upsert(ASSERTIONS).values(digest=Digest(used), until=until)
        return self.database.write(noted.on_conflict_do_nothing()) == 1

    def forget(self, before: datetime) -> None:
        """Erase what may be used again because it has expired."""
        self.database.write(delete(ASSERTIONS).where(ASSERTIONS.c.until < before))


def _answer(row: Row[*tuple[Any, ...]]) -> Answer:
    return Answer(
        kind=AnswerKind(row.kind),
        name=row.name,
        token=row.token,
        fingerprint=row.fingerprint,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
    )
