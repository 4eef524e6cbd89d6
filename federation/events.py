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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEnding(Event):
    """Alarm: a chain is about to end and no newer one can be had; told once."""

    TYPE = "federation.chain_ending"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingFollowed(Event):
    """A superior's word about the standing of a subordinate or key was taken over.

    ``action`` is what the superior calls the change, ``kid`` the thumbprint of a key.
    """

    TYPE = "federation.standing_followed"
    action: str
    kid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsLost(Event):
    """Alarm: what a superior states about changes cannot be had or believed; told once."""

    TYPE = "federation.events_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsFound(Event):
    """What a superior states about changes can be read again."""

    TYPE = "federation.events_found"
