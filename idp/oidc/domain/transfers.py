"""Handing a visitor over to another relying party (信任传递) by a one-time ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final, NewType
from uuid import UUID

from kernel.assurance import Level
from kernel.ids import ClientId, GrantId, InteractionId, PersonId, SessionId

TransferId = NewType("TransferId", UUID)

TICKET_TYPE: Final = "urn:trusthub:token-type:transfer-ticket"
"""What a client asks for in a token exchange to hand its visitor over (RFC 8693 §3)."""
TICKET_LIVES: Final = timedelta(seconds=60)
MATCH_LIVES: Final = timedelta(minutes=3)
"""How long the person has to pick the number of the other browser."""
MOST_HOPS: Final = 5
"""From the sign-in on; more would be a circle, or nobody could explain it."""
_NUMBERS: Final = 90
_LOWEST: Final = 10


class Match(StrEnum):
    """Whether the browser at the door was matched with the one that is signed in."""

    NOT_NEEDED = "not_needed"
    WAITING = "waiting"
    MATCHED = "matched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One ticket, from issue to what came of it.

    Attributes:
        origin, audience: who hands over, and to whom alone.
        parent: the grant it was issued on; what is derived from it ends with it.
        session: where the person is signed in; the ticket counts in its browser, else
            only after a number was matched.
        level: the level told to ``origin``; the one that ``audience`` is told at most.
        hops: how many times the person was handed over since their sign-in, this included.
        redeemed_at, interaction: when a browser came with it, and what began there.
        match: None before that.
        child: the grant that came of it.
        ended_at: when it, and all that came of it, was revoked.
    """

    id: TransferId
    origin: ClientId
    audience: ClientId
    parent: GrantId
    session: SessionId
    person: PersonId
    level: Level
    hops: int
    issued_at: datetime
    expires_at: datetime
    redeemed_at: datetime | None = None
    interaction: InteractionId | None = None
    match: Match | None = None
    child: GrantId | None = None
    ended_at: datetime | None = None

    @property
    def number(self) -> int:
        """The number that the browser at the door shows, two digits.

        Nobody who sees the ticket can tell it: it follows from the interaction.
        """
        return _number(self, 0)

    @property
    def choices(self) -> tuple[int, ...]:
        """The three numbers that the person picks from, in order, each time the same."""
        distinct: list[int] = []
        for salt in range(_NUMBERS):
            number = _number(self, salt)
            if number not in distinct:
                distinct.append(number)
            if len(distinct) == 3:  # noqa: PLR2004  one is right, two are not
                break
        return tuple(sorted(distinct))

    def is_waiting(self, now: datetime) -> bool:
        """Tell whether a number can still be picked for it."""
        in_time = self.redeemed_at is not None and now < self.redeemed_at + MATCH_LIVES
        return in_time and self.match is Match.WAITING and self.ended_at is None


def _number(transfer: Transfer, salt: int) -> int:
    drawn = sha256(f"{transfer.id}:{transfer.interaction}:{salt}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") % _NUMBERS + _LOWEST
