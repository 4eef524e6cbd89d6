"""Wire formats of the register."""

from dataclasses import dataclass

from peers.registry_sim.domain import CardState, Fault, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question; ``serial`` is the asker's own and comes back unchanged."""

    serial: str
    name: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer to it."""

    serial: str
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherBody:
    """How to behave from now on."""

    fault: Fault = Fault.NONE
    delay_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenEntry:
    """One person in the file."""

    name: str
    number: str
    card: CardState = CardState.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFile:
    """The file of invented people."""

    people: tuple[CitizenEntry, ...]
