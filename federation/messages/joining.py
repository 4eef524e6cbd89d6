"""Examinations of platforms that want to join, on the wire of the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from federation.domain import Examination, Wishes
from kernel.assurance import Level
from kernel.events import JsonValue
from kernel.web import BodyMalformed

_LEVELS = frozenset(level.value for level in Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationAsked:
    """What is to be examined, and what cannot be read off it.

    ``claims``: our claim → theirs. ``levels``: their acr → our level 1 to 4.
    """

    discovery: str
    level: int = 2
    slug: str = ""
    client_id: str = ""
    name_zh: str = ""
    name_en: str = ""
    basis: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)

    def wishes(self) -> Wishes:
        """Return what was decided.

        Raises:
            BodyMalformed: a level is none of the four.
        """
        if not {self.level, *self.levels.values()} <= _LEVELS:
            raise BodyMalformed("level, levels")
        return Wishes(
            level=self.level,
            slug=self.slug,
            client_id=self.client_id,
            name_zh=self.name_zh,
            name_en=self.name_en,
            basis=self.basis,
            claims=self.claims,
            levels=self.levels,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationShown:
    """What was found, and the application that would be right, for ``POST …/members``."""

    issuer: str
    passed: bool
    checks: tuple[Mapping[str, JsonValue], ...]
    notes: tuple[str, ...]
    keys: tuple[str, ...]
    proposal: Mapping[str, JsonValue] | None

    @classmethod
    def of(cls, examined: Examination) -> Self:
        """Lay one out."""
        return cls(
            issuer=examined.issuer,
            passed=examined.passed,
            checks=tuple(
                {"name": c.name, "passed": c.passed, "clause": c.clause, "advice": c.advice}
                for c in examined.checks
            ),
            notes=examined.notes,
            keys=examined.keys,
            proposal=examined.proposal,
        )
