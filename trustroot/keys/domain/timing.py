"""When a key may begin to sign, and until when it must still be found."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from trustroot.keys.domain.purposes import TOKEN_PURPOSES, Purpose

PUBLICATION_LEAD: Final = timedelta(seconds=10)
"""How long a next key is published before it may sign."""
KEY_SET_KEPT: Final = timedelta(seconds=60)
"""How long readers of our JWK Set may keep it: its ``max-age``."""
RETENTION: Final = timedelta(days=30)
"""How long a retired signing key stays published; longer than anything it signed lives."""
_ZERO: Final = timedelta(0)
_TOKENS: Final = frozenset(TOKEN_PURPOSES.values())
_SKEW: Final = timedelta(minutes=2)
# Their public halves stand in statements that others keep until these end.
_STATED: Final = frozenset(
    {
        Purpose.ANCHOR,
        Purpose.ENTITY,
        Purpose.CLIENT,
        Purpose.REQUEST_DECRYPT,
        Purpose.REPRESENTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How the keys of one purpose follow each other.

    Attributes:
        lead: how long a next key is announced before it may sign.
        overlap: how long a retired key stays published.
        period: how long a key signs until the next follows by itself; None: by command.
    """

    lead: timedelta = PUBLICATION_LEAD
    overlap: timedelta = RETENTION
    period: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """The timing of every purpose.

    Attributes:
        statements: the longest life of a statement in which our keys stand.
        anchor_period: how often the anchor key is followed by itself; None: by command.
    """

    statements: timedelta = timedelta(0)
    anchor_period: timedelta | None = None

    def of(self, purpose: Purpose) -> Timing:
        """Return one.

        OpenID Federation 1.0 §11.2: a new key signs only after every reader has had to
        fetch the statement again that announces it, and the old one stays as long. OIDC
        Core §10.1.1: where keys are read from a JWK Set, as long as the set is kept.
        """
        if purpose in _TOKENS:
            return Timing(lead=KEY_SET_KEPT + PUBLICATION_LEAD)
        if purpose not in _STATED:
            return Timing()
        span = max(PUBLICATION_LEAD, self.statements + _SKEW if self.statements else _ZERO)
        period = self.anchor_period if purpose is Purpose.ANCHOR else None
        return Timing(lead=span, overlap=span, period=period)
