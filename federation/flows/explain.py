"""Resolves an entity now, and tells how it went: for operators, never for strangers."""

from dataclasses import dataclass

from federation.domain import ON_DEMAND, Explanation, Trace
from federation.flows.resolve import Resolution
from kernel.errors import DomainError, Unavailable
from kernel.ids import EntityId


@dataclass(frozen=True, slots=True)
class Explaining:
    """Tells why an entity is believed, or why it is not, with every step."""

    resolution: Resolution

    def explain(self, entity: EntityId) -> Explanation:
        """Resolve once, in the budget of a first meeting; nothing is kept.

        The steps are those of the path that went furthest.
        """
        traces: list[Trace] = []
        try:
            chain = self.resolution.resolve(entity, ON_DEMAND, traces)
        except DomainError as refused:
            failure = f"{refused.code}: {refused.detail}"
            undecided = isinstance(refused, Unavailable)
            return Explanation(
                entity=entity,
                chain=None,
                trace=_furthest(traces),
                failure=failure,
                undecided=undecided,
            )
        return Explanation(
            entity=entity, chain=chain, trace=_furthest(traces), failure=None
        )


def _furthest(traces: list[Trace]) -> Trace:
    return max(traces, key=lambda one: len(one.steps), default=Trace())
