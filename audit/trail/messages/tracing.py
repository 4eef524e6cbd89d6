"""A trace on the wire: what happened around one reference, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from audit.trail.domain import Trace, Traced, Why
from kernel.events import JsonValue
from kernel.ids import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step that refused, or can; ``number`` 0: a rule outside the tables."""

    table: str
    number: int
    of: int
    rule: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """Why something was refused; ``certain``: by this one step, else by one of these."""

    code: str
    says_zh: str
    says_en: str
    about: str
    certain: bool
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedView:
    """One event of a trace, in words."""

    time: str
    type: str
    outcome: str
    says_zh: str
    says_en: str
    why: WhyView | None
    event: Mapping[str, JsonValue]

    @classmethod
    def of(cls, traced: Traced) -> Self:
        """Lay one event out."""
        said, why = traced.event, traced.why
        return cls(
            time=str(said["time"]),
            type=str(said["type"]),
            outcome=str(said["outcome"]),
            says_zh=traced.says.zh,
            says_en=traced.says.en,
            why=None if why is None else _why(why),
            event=said,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceView:
    """Everything around one reference, oldest first."""

    reference: str
    interactions: tuple[str, ...]
    grants: tuple[str, ...]
    events: tuple[TracedView, ...]

    @classmethod
    def of(cls, reference: Reference, trace: Trace) -> Self:
        """Lay a trace out."""
        return cls(
            reference=reference,
            interactions=tuple(sorted(trace.interactions)),
            grants=tuple(sorted(trace.grants)),
            events=tuple(TracedView.of(traced) for traced in trace.events),
        )


def _why(why: Why) -> WhyView:
    return WhyView(
        code=why.code,
        says_zh=why.says.zh,
        says_en=why.says.en,
        about=why.about,
        certain=why.is_certain,
        steps=tuple(
            StepView(
                table=step.table,
                number=step.number,
                of=step.of,
                rule=step.rule,
                clause=step.clause,
            )
            for step in why.steps
        ),
    )
