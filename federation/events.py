"""What reading the federation puts on record."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainResolved(Event):
    """A chain was found where there was none; ``count`` entities from subject to anchor."""

    TYPE = "federation.chain_resolved"
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLost(Event):
    """An entity could not be resolved again; the last good chain lives to its own end."""

    TYPE = "federation.chain_lost"
