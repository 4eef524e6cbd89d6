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
    loss_kept,
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

    def last_loss(self, *parties: Party) -> datetime | None:
        self._is_known()
        now = self.clock()
        lost = (c for c in self.changes if c.state is not State.GOOD)
        late = (c for c in lost if now - c.at <= loss_kept(c.party.kind))
        return max((c.at for c in late if c.party in parties), default=None)

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
