"""Standing kept in memory, for rooms that are tested without a database."""

from dataclasses import dataclass, field
from datetime import datetime

from kernel.clock import Clock
from kernel.standing import (
    NotInGoodStanding,
    Party,
    RowStanding,
    StandingChange,
    StandingUnknown,
    State,
    lapse_kept,
    lapsed_until,
)


@dataclass
class RememberedStanding:
    """`Standing` and `StandingRegister` in one: numbered changes in a list.

    ``unknown``: the view is too old for anybody to say.
    """

    clock: Clock
    changes: list[StandingChange] = field(default_factory=list)
    unknown: bool = False

    def change(self, party: Party, state: State, *, reason: str) -> int:
        number = len(self.changes) + 1
        self.changes.append(
            StandingChange(
                number=number,
                party=party,
                state=state,
                reason=reason[:500],
                at=self.clock(),
            )
        )
        return number

    def require(self, *parties: Party | RowStanding) -> None:
        self._is_known()
        for party in parties:
            stopped = (
                party.ended
                if isinstance(party, RowStanding)
                else self.state_of(party) is not State.GOOD
            )
            if stopped:
                raise NotInGoodStanding(party)

    def last_lapse(self, *parties: Party | RowStanding) -> datetime | None:
        self._is_known()
        now = self.clock()
        theirs = (c for c in self.changes if c.party in parties)
        lapses = ((lapsed_until(c), lapse_kept(c.party.kind)) for c in theirs)
        return max((until for until, kept in lapses if now - until <= kept), default=None)

    def number(self) -> int:
        return len(self.changes)

    def changes_since(self, number: int, *, limit: int = 500) -> tuple[StandingChange, ...]:
        return tuple(self.changes[number : number + limit])

    def state_of(self, party: Party) -> State:
        """Return what was said last of a party."""
        said = [change.state for change in self.changes if change.party == party]
        return said[-1] if said else State.GOOD

    def _is_known(self) -> None:
        if self.unknown:
            raise StandingUnknown
