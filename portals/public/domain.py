"""What can be done at a portal's counter, and what was applied for there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType

from kernel.assurance import Level
from portals.public.errors import (
    FormIncomplete,
    HigherLevelNeeded,
    ItemUnknown,
    OrganisationNeeded,
    SignInNeeded,
)
from portals.rp.domain import Organisation, Visitor

CaseNumber = NewType("CaseNumber", str)
"""Year, month, day in China, a hyphen and eight letters and digits without 0 O 1 I L."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field of an item's form.

    Attributes:
        label, hint: message ids.
        choices: value and message id of each; none for a free text.
        form: regular expression that a free text fits as a whole; "" if any does.
        fills: what of the applicant's own a browser may fill in (HTML Standard §4.10.18.7).
        correction: message id of what is told where it does not fit; "" takes the usual.
    """

    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    limit: int = 200
    form: str = ""
    fills: str = "off"
    correction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that can be done here (服务事项).

    Attributes:
        title, summary, reason: message ids; the reason says why the level is needed.
        legal: only somebody who acts for an organisation can apply.
        questions: what the form asks; an item without is a guide that is only read.
        guide: message ids of what a reader is told.
    """

    slug: str
    icon: str
    title: str
    summary: str
    level: Level
    reason: str = ""
    legal: bool = False
    questions: tuple[Question, ...] = ()
    guide: tuple[str, ...] = ()

    @property
    def needs_sign_in(self) -> bool:
        """Whether it cannot be had without signing in."""
        return bool(self.questions)


@dataclass(frozen=True, slots=True)
class Counter:
    """The items of one portal, in the order they are shown."""

    items: tuple[Item, ...]

    def find(self, slug: str) -> Item:
        """Return the item.

        Raises:
            ItemUnknown: there is none of this name.
        """
        found = next((item for item in self.items if item.slug == slug), None)
        if found is None:
            raise ItemUnknown(slug[:40])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One application, as the person may see it.

    Attributes:
        subject: the applicant's pairwise subject.
        item: slug of what was applied for.
        applicant: name as it was vouched for, "" if none was.
        organisation: on whose behalf, or None.
        level: the level of the session that applied.
        answers: what was written, by the name of the question.
        correlation: under it the hub's log has the sign-in that applied.
    """

    number: CaseNumber
    subject: str
    item: str
    applicant: str
    organisation: Organisation | None
    level: Level
    answers: Mapping[str, str] = field(repr=False)
    correlation: str
    received_at: datetime


def may_apply(item: Item, visitor: Visitor | None) -> Visitor:
    """Return who applies, if the session is enough for the item.

    Raises:
        SignInNeeded, HigherLevelNeeded, OrganisationNeeded: what is lacking first.
    """
    if visitor is None:
        raise SignInNeeded
    if item.legal and visitor.acting_for is None:
        raise OrganisationNeeded
    if visitor.level < item.level:
        raise HigherLevelNeeded(f"{visitor.level.value} < {item.level.value}")
    return visitor


def answered(item: Item, written: Mapping[str, str]) -> dict[str, str]:
    """Return the answers to an item's questions, each complete.

    Raises:
        FormIncomplete: which are not.
    """
    given = {q.name: written.get(q.name, "").strip() for q in item.questions}
    wrong = tuple(q.name for q in item.questions if not _fits(q, given[q.name]))
    if wrong:
        raise FormIncomplete(wrong)
    return given


def _fits(question: Question, answer: str) -> bool:
    if question.choices:
        return answer in dict(question.choices)
    fits = re.fullmatch(question.form, answer) is not None if question.form else True
    return fits and 0 < len(answer) <= question.limit and answer.isprintable()


NUMBER_DRAWN: Final = 8
