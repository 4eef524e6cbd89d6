"""The arithmetic of levels: three axes, one number, and no way up.

A session's level is the least of what its identity, its authenticator and its federation
path allow. The axes are modelled on GB/T 40651 and NIST SP 800-63-4; the numbers are ours.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from kernel.errors import Malformed, Refused


class Level(IntEnum):
    """What a relying party asks for and gets, ``urn:trusthub:loa:1`` to ``:4``."""

    SELF_ASSERTED = 1
    REAL_NAME = 2
    REAL_PERSON = 3
    STRONG = 4

    @property
    def acr(self) -> str:
        """The ``acr`` value on the wire."""
        return f"{_ACR_PREFIX}{self.value}"

    @classmethod
    def from_acr(cls, value: str) -> Self:
        """Read an ``acr`` value.

        Raises:
            UnknownLevel: the text is none of the four.
        """
        digits = value.removeprefix(_ACR_PREFIX)
        if value == digits or digits not in _DIGITS:
            raise UnknownLevel(value[:64])
        return cls(int(digits))


class Authenticator(IntEnum):
    """Strength of how the person signed in: A1 one factor, A2 two, A3 hardware-bound."""

    A1 = 1
    A2 = 2
    A3 = 3


class Path(IntEnum):
    """Strength of how another platform's word reached us: F1 to F3."""

    F1 = 1
    F2 = 2
    F3 = 3


class UnknownLevel(Malformed):
    """An ``acr`` that is not one of ours."""

    code = "unknown_level"


class LevelTooLow(Refused):
    """The session does not reach the level that is asked."""

    code = "level_too_low"


_ACR_PREFIX: Final = "urn:trusthub:loa:"
_DIGITS: Final = frozenset("1234")
_AUTHENTICATOR_ALLOWS: Final = {
    Authenticator.A1: Level.REAL_NAME,
    Authenticator.A2: Level.REAL_PERSON,
    Authenticator.A3: Level.STRONG,
}
_PATH_ALLOWS: Final = {
    Path.F1: Level.REAL_NAME,
    Path.F2: Level.REAL_PERSON,
    Path.F3: Level.STRONG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The most a member may assert, per axis."""

    identity: Level = Level.STRONG
    authenticator: Authenticator = Authenticator.A3
    path: Path = Path.F3


@dataclass(frozen=True, slots=True, kw_only=True)
class Assurance:
    """What is known of one session on the three axes.

    ``path`` is None for the hub's own login: it has no federation cap. ``bound`` is the
    weakest level at which one of the authenticators used was enrolled (in a session of that
    level, or at a proofing of it): whoever held that weaker session could have enrolled it,
    so it carries no more.
    """

    identity: Level
    authenticator: Authenticator
    path: Path | None = None
    bound: Level = Level.STRONG

    @property
    def level(self) -> Level:
        """The least of what the three axes allow."""
        allowed = (self.identity, self.bound, _AUTHENTICATOR_ALLOWS[self.authenticator])
        if self.path is None:
            return min(allowed)
        return min(*allowed, _PATH_ALLOWS[self.path])

    @property
    def identity_told(self) -> Level:
        """The identity level that may be told of the person; never below `level`.

        Another platform's word on it is worth no more than the way it came.
        """
        if self.path is None:
            return self.identity
        return min(self.identity, _PATH_ALLOWS[self.path])

    def capped(self, ceiling: Ceiling) -> Self:
        """Return this assurance cut down to ``ceiling`` on every axis; never raised."""
        return type(self)(
            identity=min(self.identity, ceiling.identity),
            authenticator=min(self.authenticator, ceiling.authenticator),
            path=ceiling.path if self.path is None else min(self.path, ceiling.path),
            bound=self.bound,
        )

    def met_with(self, other: Self) -> Self:
        """Return the weaker of both on every axis, as when a token is exchanged."""
        paths = [path for path in (self.path, other.path) if path is not None]
        return type(self)(
            identity=min(self.identity, other.identity),
            authenticator=min(self.authenticator, other.authenticator),
            path=min(paths) if paths else None,
            bound=min(self.bound, other.bound),
        )


def reaches(assurance: Assurance, asked: Level) -> None:
    """Require that the session's level is at least the level asked.

    Raises:
        LevelTooLow: it is not.
    """
    if assurance.level < asked:
        raise LevelTooLow(f"{assurance.level.value} < {asked.value}")


def asserted(level: Level) -> Assurance:
    """Return the three axes that an upstream's single level stands for, before its ceiling.

    An upstream names one number; we read it as the weakest axes that allow that number.
    """
    authenticator = next(a for a in Authenticator if _AUTHENTICATOR_ALLOWS[a] >= level)
    path = next(p for p in Path if _PATH_ALLOWS[p] >= level)
    return Assurance(identity=level, authenticator=authenticator, path=path)
