"""Words for a trace: Chinese from the tables beside this, English from the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import idp.broker.api.explanations as broker
import idp.consent.views as consent
import idp.login.views.explanations as login
import idp.oidc.api.explanations as oidc
from audit.trail.domain import Why, Words
from kernel.errors import DomainError
from kernel.events import Fault, type_registry
from kernel.infra.pages import Explanations
from server.explaining.chinese import EVENTS
from server.explaining.reasons import OTHERS, REASONS
from server.explaining.rules import (
    errors_by_code,
    first_sentence,
    step_of,
    steps_that_raise,
)

PAGES: Final[tuple[Explanations, ...]] = (
    oidc.EXPLANATIONS,
    login.EXPLANATIONS,
    consent.EXPLANATIONS,
    broker.EXPLANATIONS,
)


@dataclass(frozen=True, slots=True)
class ProgramWords:
    """Implements `audit.trail.ports.Explaining`.

    Attributes:
        pages: what people read where a refusal ends on a page, room by room.
    """

    pages: tuple[Explanations, ...] = PAGES

    def event(self, kind: str) -> Words:
        """Return what happened where an event of this type is recorded."""
        known = type_registry.get(kind)
        english = kind if known is None else first_sentence(known.__doc__)
        return Words(EVENTS.get(kind, kind), english.replace("``", ""))

    def reason(self, code: str, fault: Fault | None) -> Why:
        """Return what a code means, and the step that refused; without one, who could.

        A code of somebody else (an upstream's, a person's choice) is told as it came.
        """
        kind = errors_by_code().get(code)
        says = Words(OTHERS.get(code, code), code) if kind is None else self.says(kind)
        if fault is not None:
            step = step_of(fault.rule)
            return Why(code, says, (step,), fault.about or "", is_certain=True)
        return Why(code, says, () if kind is None else steps_that_raise(kind.__name__))

    def says(self, kind: type[DomainError]) -> Words:
        """Return what an error means: our Chinese, a page's, or its code alone."""
        english = first_sentence(kind.__doc__).replace("``", "")
        return Words(REASONS.get(kind.code) or self._told(kind) or kind.code, english)

    def _told(self, kind: type[DomainError]) -> str | None:
        """Return what a page would say of it: the nearest row of any room, if any."""
        for ancestor in kind.__mro__:
            for rows in self.pages:
                found = _row(rows, ancestor)
                if found is not None:
                    return found
        return None


def _row(rows: Mapping[type[DomainError], object], kind: type) -> str | None:
    title = getattr(rows.get(kind), "title", None)
    return None if title is None else str(title)
