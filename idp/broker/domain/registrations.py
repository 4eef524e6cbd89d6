"""Being registered explicitly: what a provider gave us, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from idp.broker.domain.providers import Slug
from kernel.ids import ClientId, EntityId

RETRY: Final = timedelta(minutes=1)
"""A provider that refused us is not asked again before."""
SOONEST: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What came of registering at a provider.

    Attributes:
        client_id: our name there; None before the first success.
        anchor: on whom the registration rests.
        expires_at: when it ends, and our name there with it.
        next_at: when we register again.
        failure: code of the last failure; "" after a success.
    """

    provider: Slug
    client_id: ClientId | None
    anchor: EntityId | None
    expires_at: datetime | None
    next_at: datetime
    failure: str = ""

    def holds(self, now: datetime) -> bool:
        """OpenID Federation 1.0 §12.2.6: not a moment longer than it was given for."""
        return self.expires_at is not None and now < self.expires_at


def renewed_at(now: datetime, expires_at: datetime) -> datetime:
    """Return when to register again: when two thirds of its time are over."""
    return now + max((expires_at - now) * 2 / 3, SOONEST)
