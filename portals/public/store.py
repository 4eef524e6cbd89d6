"""Cases over SQL; what people wrote is sealed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, cast

import orjson
from sqlalchemy import select

from kernel.assurance import Level
from kernel.infra.db import Database, metadata
from kernel.proof.seal import Place, Sealer
from portals.public import models
from portals.public.domain import Case, CaseNumber
from portals.public.errors import CaseUnknown
from portals.rp.domain import Organisation

_CASE: Final = models.case
_SHOWN: Final = 50


def make_tables(db: Database) -> None:
    """Make the table if it is not there yet: a portal's database is its own."""
    metadata.create_all(db.engine, tables=[_CASE])


@dataclass(frozen=True, slots=True)
class SqlCases:
    """`CaseStore` over SQL."""

    db: Database
    sealer: Sealer

    def add(self, case: Case) -> None:
        """Keep a new case."""
        content = {
            "item": case.item,
            "applicant": case.applicant,
            "organisation": asdict(case.organisation) if case.organisation else None,
            "level": case.level.value,
            "answers": dict(case.answers),
            "correlation": case.correlation,
        }
        sealed = self.sealer.seal(orjson.dumps(content), _place(case.number))
        self.db.write(
            _CASE.insert().values(
                number=case.number,
                subject=case.subject,
                content=sealed,
                received_at=case.received_at,
            )
        )

    def find(self, number: CaseNumber, subject: str) -> Case:
        """Return somebody's own case, or raise `CaseUnknown`."""
        own = (_CASE.c.number == number) & (_CASE.c.subject == subject)
        row = self.db.read_one(select(_CASE).where(own))
        if row is None:
            raise CaseUnknown(number[:40])
        return self._case(row.number, row.subject, row.content, row.received_at)

    def of(self, subject: str) -> tuple[Case, ...]:
        """Return the newest cases of somebody."""
        statement = select(_CASE).where(_CASE.c.subject == subject)
        rows = self.db.read(statement.order_by(_CASE.c.received_at.desc()).limit(_SHOWN))
        return tuple(
            self._case(row.number, row.subject, row.content, row.received_at)
            for row in rows
        )

    def _case(
        self, number: str, subject: str, sealed: bytes, received_at: datetime
    ) -> Case:
        opened = self.sealer.open(sealed, _place(number))
        content = cast("dict[str, Any]", orjson.loads(opened))
        organisation = content["organisation"]
        return Case(
            number=CaseNumber(number),
            subject=subject,
            item=content["item"],
            applicant=content["applicant"],
            organisation=Organisation(**organisation) if organisation else None,
            level=Level(content["level"]),
            answers=content["answers"],
            correlation=content["correlation"],
            received_at=received_at,
        )


def _place(number: str) -> Place:
    return Place("portals.public", "case", number)
