"""What a policy did, step by step, for whoever must explain a result."""

from dataclasses import dataclass
from typing import Final, Protocol

from kernel.proof.statement.operators import Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStep:
    """One step of resolving metadata (OpenID Federation 1.0 §6.1.4).

    Attributes:
        action: ``override``, ``strip``, ``merge`` or ``apply``.
        entity_type: of which metadata.
        parameter: which parameter of them; empty where the whole type is meant.
        operator: which operator; empty for ``override`` and ``strip``.
        operand: what stands behind the operator, or what is put over; for ``merge`` the
            superior's value.
        before: the value before; for ``merge`` the subordinate's. None if there is none.
        after: the value after; None if there is none.
    """

    action: str
    entity_type: str
    parameter: str = ""
    operator: str = ""
    operand: object = None
    before: object = None
    after: object = None


class PolicyWatch(Protocol):
    """Is told of every step as it is taken; the last one before a refusal is the cause."""

    def step(self, step: PolicyStep, /) -> None:
        """Take note of one step."""
        ...


class Tell(Protocol):
    """Tells of one step: action, parameter, operator, operand, before, after."""

    def __call__(  # noqa: PLR0913, PLR0917  the fields of a step
        self,
        action: str,
        parameter: str,
        operator: str,
        operand: object,
        before: object,
        after: object,
        /,
    ) -> None:
        """Tell of it."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """Tells a watch about the metadata of one entity type, if there is a watch."""

    entity_type: str
    watch: PolicyWatch | None

    def __call__(  # noqa: PLR0913, PLR0917  the fields of a step
        self,
        action: str,
        parameter: str,
        operator: str,
        operand: object,
        before: object,
        after: object,
        /,
    ) -> None:
        """Tell of one step; what is absent is None."""
        if self.watch is None:
            return
        step = PolicyStep(
            action=action,
            entity_type=self.entity_type,
            parameter=parameter,
            operator=operator,
            operand=operand,
            before=None if before is Absence.ABSENT else before,
            after=None if after is Absence.ABSENT else after,
        )
        self.watch.step(step)


UNTOLD: Final[Tell] = Told("", None)
