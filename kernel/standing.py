"""One question before every act: may this party still act?

Standing holds exceptions to good standing: who is not named is in good standing.
Sessions and token families carry their own state in their row and pass it to the same
``require`` as a `RowStanding`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from kernel.errors import Refused, Unavailable

LAPSES_KEPT: Final = timedelta(minutes=15)
"""How long it is remembered who was without it: longer than any access token counts."""
LAPSES_ABOVE_KEPT: Final = timedelta(days=100)
"""The same of members and whatever else a chain rests on: longer than any grant lasts."""


class PartyKind(StrEnum):
    """The kinds of party that can lose their standing."""

    MEMBER = "member"
    RELYING_PARTY = "relying_party"
    PERSON = "person"
    ORGANISATION = "organisation"
    KEY = "key"
    SCOPE = "scope"
    MARK = "mark"
    CA = "ca"


_FOUND_BY_NAME: Final = frozenset(
    {PartyKind.RELYING_PARTY, PartyKind.PERSON, PartyKind.ORGANISATION}
)


def lapse_kept(kind: PartyKind) -> timedelta:
    """Return how long it is remembered that a party of this kind was without standing.

    What people, organisations and relying parties were granted is found by their names
    and ended. Who stands above a client is in its chain only, which is another tomorrow.
    """
    return LAPSES_KEPT if kind in _FOUND_BY_NAME else LAPSES_ABOVE_KEPT


class Party(NamedTuple):
    """Somebody or something that acts: kind and name (entity id, client id, UUID).

    A tuple, for it is looked up many times in each request.
    """

    kind: PartyKind
    name: str


@dataclass(frozen=True, slots=True)
class RowStanding:
    """The standing that a session or token family carries in its own row."""

    kind: str
    name: str
    ended: bool


class State(StrEnum):
    """What an exception says: for a time, or for good."""

    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingChange:
    """One numbered change. ``number`` n is visible to every reader before n+1."""

    number: int
    party: Party
    state: State
    reason: str
    at: datetime


def lapsed_until(change: StandingChange) -> datetime:
    """Return up to when what is from before a change counts no more.

    What is of the second in which standing was given back is of after it: tokens tell whole
    seconds.
    """
    if change.state is not State.GOOD:
        return change.at
    return change.at.replace(microsecond=0) - timedelta(microseconds=1)


class NotInGoodStanding(Refused):
    """The party is suspended, withdrawn or ended."""

    code = "not_in_good_standing"

    def __init__(self, party: Party | RowStanding) -> None:
        """Name the party, for the event of the refusal."""
        super().__init__(f"{party.kind}: {party.name}")
        self.party = party


class StandingUnknown(Unavailable):
    """Standing could not be read for five seconds: whoever cannot know refuses."""

    code = "standing_unknown"


class Standing(Protocol):
    """Answers from memory; never older than 1 s while the database answers.

    A process whose view is older than 5 s refuses everything.
    """

    def require(self, *parties: Party | RowStanding) -> None:
        """Return if every party may act.

        Raises:
            NotInGoodStanding: one of them may not.
            StandingUnknown: the view is too old to say.
        """
        ...

    def last_lapse(self, *parties: Party | RowStanding) -> datetime | None:
        """Return until when one of the parties was last known to be without its standing.

        While it is lost, when that was. None: none was within `lapse_kept` of its kind.
        What nobody can end, for it is kept nowhere, counts no more if it is from before, or
        from meanwhile, by a process that did not know yet (attacks §6).

        Raises:
            StandingUnknown: the view is too old to say.
        """
        ...

    def number(self) -> int:
        """Return the number of the last change seen here; 0 before the first."""
        ...

    def changes_since(self, number: int, *, limit: int = 500) -> tuple[StandingChange, ...]:
        """Return the changes after ``number`` in their order, at most ``limit``."""
        ...


class StandingRegister(Protocol):
    """Writes changes; called inside the unit of work of the decision that causes them."""

    def change(self, party: Party, state: State, *, reason: str) -> int:
        """Put one change on record under the one lock and return its number."""
        ...
