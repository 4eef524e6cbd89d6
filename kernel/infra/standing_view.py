"""What one process knows of standing at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.standing import Party, StandingChange, State, loss_kept


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Exceptions as of change ``number``, who lost it lately, and when it was looked."""

    number: int
    exceptions: Mapping[Party, State]
    losses: Mapping[Party, datetime]
    looked_at: float

    def after(self, changes: Sequence[StandingChange], now: datetime) -> "View":
        """Return the view with further changes, in their order."""
        if not changes:
            return self
        exceptions = applied(self.exceptions, changes)
        losses = last_losses(self.losses, changes, now)
        number = changes[-1].number
        return replace(self, number=number, exceptions=exceptions, losses=losses)


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


def last_losses(
    losses: Mapping[Party, datetime],
    changes: Iterable[StandingChange],
    now: datetime,
) -> Mapping[Party, datetime]:
    """Return when each party lost it last; what is older than `loss_kept` is forgotten."""
    after = dict(losses)
    for change in changes:
        if change.state is not State.GOOD:
            after[change.party] = max(change.at, after.get(change.party, change.at))
    return {each: at for each, at in after.items() if now - at <= loss_kept(each.kind)}
