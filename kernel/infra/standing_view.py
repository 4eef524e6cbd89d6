"""What one process knows of standing at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.standing import Party, StandingChange, State, lapse_kept, lapsed_until


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Exceptions as of change ``number``, whoever lapsed lately, and when it looked."""

    number: int
    exceptions: Mapping[Party, State]
    lapses: Mapping[Party, datetime]
    looked_at: float

    def after(self, changes: Sequence[StandingChange], now: datetime) -> "View":
        """Return the view with further changes, in their order."""
        if not changes:
            return self
        exceptions = applied(self.exceptions, changes)
        lapses = last_lapses(self.lapses, changes, now)
        number = changes[-1].number
        return replace(self, number=number, exceptions=exceptions, lapses=lapses)


def applied(
    exceptions: Mapping[Party, State], changes: Iterable[StandingChange]
) -> Mapping[Party, State]:
    """Return who is not in good standing after changes."""
    after = dict(exceptions)
    for change in changes:
        if change.state is State.GOOD:
            after.pop(change.party, None)
        else:
            after[change.party] = change.state
    return after


def last_lapses(
    lapses: Mapping[Party, datetime],
    changes: Iterable[StandingChange],
    now: datetime,
) -> Mapping[Party, datetime]:
    """Return until when each party was without its standing; old ones are forgotten.

    Nobody is given back what was never lost, so every change tells of a lapse.
    """
    after = dict(lapses)
    for change in changes:
        until = lapsed_until(change)
        after[change.party] = max(until, after.get(change.party, until))
    return {each: at for each, at in after.items() if now - at <= lapse_kept(each.kind)}
