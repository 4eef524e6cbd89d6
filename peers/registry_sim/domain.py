"""The register as values: people, results, faults that can be switched on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kernel.secret import Digest


class CardState(StrEnum):
    """Whether somebody's card is in order."""

    VALID = "valid"
    LOST = "lost"
    EXPIRED = "expired"


class Result(StrEnum):
    """What the register says of a name and a number."""

    MATCH = "match"
    MISMATCH = "mismatch"
    NOT_FOUND = "not_found"
    DOCUMENT_LOST = "document_lost"
    DOCUMENT_EXPIRED = "document_expired"


class Fault(StrEnum):
    """How the register misbehaves, on request."""

    NONE = "none"
    ERROR = "error"
    GARBAGE = "garbage"
    OTHER_SERIAL = "other_serial"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Citizen:
    """An invented person: name as compared, and whether the card is in order."""

    name: str = field(repr=False)
    card: CardState = CardState.VALID


@dataclass(frozen=True, slots=True)
class Client:
    """Who may ask: a name, and the digest of a secret."""

    name: str
    secret: Digest


@dataclass(frozen=True, slots=True)
class Weather:
    """How the register behaves just now; ``delay_ms`` before every answer."""

    fault: Fault = Fault.NONE
    delay_ms: int = 0


_CARDS: Mapping[CardState, Result] = {
    CardState.VALID: Result.MATCH,
    CardState.LOST: Result.DOCUMENT_LOST,
    CardState.EXPIRED: Result.DOCUMENT_EXPIRED,
}


def compare(citizen: Citizen | None, name: str) -> Result:
    """Return what is said of the holder of a number and a name as compared."""
    if citizen is None:
        return Result.NOT_FOUND
    if citizen.name != name:
        return Result.MISMATCH
    return _CARDS[citizen.card]
