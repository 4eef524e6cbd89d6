"""Applying at the counter, and seeing what was applied for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kernel.clock import CHINA, Clock
from kernel.entropy import Entropy
from kernel.ids import new_reference
from portals.public.domain import (
    NUMBER_DRAWN,
    Case,
    CaseNumber,
    Counter,
    answered,
    may_apply,
)
from portals.public.errors import SignInNeeded
from portals.public.ports import CaseStore
from portals.rp.domain import Visitor


@dataclass(frozen=True, slots=True)
class Applications:
    """Takes applications and shows them to who made them."""

    counter: Counter
    cases: CaseStore
    clock: Clock
    entropy: Entropy

    def apply(
        self, slug: str, visitor: Visitor | None, written: Mapping[str, str]
    ) -> CaseNumber:
        """Receive an application; the level is checked again here, whatever was shown.

        Raises:
            ItemUnknown, SignInNeeded, HigherLevelNeeded, OrganisationNeeded,
            FormIncomplete: nothing was received.
        """
        item = self.counter.find(slug)
        applicant = may_apply(item, visitor)
        answers = answered(item, written)
        now = self.clock()
        case = Case(
            number=self._number(now),
            subject=applicant.subject,
            item=item.slug,
            applicant=applicant.name,
            organisation=applicant.acting_for if item.legal else None,
            level=applicant.level,
            answers=answers,
            correlation=applicant.correlation,
            received_at=now,
        )
        self.cases.add(case)
        return case.number

    def _number(self, at: datetime) -> CaseNumber:
        """Return a number that begins with the date that the pages show beside it."""
        drawn = new_reference(self.entropy)[:NUMBER_DRAWN]
        return CaseNumber(f"{at.astimezone(CHINA):%Y%m%d}-{drawn}")

    def show(self, number: str, visitor: Visitor | None) -> Case:
        """Return one case of the visitor's own.

        Raises:
            SignInNeeded, CaseUnknown: as they say.
        """
        return self.cases.find(CaseNumber(number), _present(visitor).subject)

    def of(self, visitor: Visitor | None) -> tuple[Case, ...]:
        """Return the visitor's cases, newest first.

        Raises:
            SignInNeeded: nobody is signed in.
        """
        return self.cases.of(_present(visitor).subject)


def _present(visitor: Visitor | None) -> Visitor:
    if visitor is None:
        raise SignInNeeded
    return visitor
