"""What is kept about entities that are followed, and when they are resolved again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from federation.domain.chains import VerifiedChain
from kernel.ids import EntityId

_SOONEST: Final = timedelta(seconds=2)
_LATEST: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChain:
    """What we keep about one entity that is followed.

    Attributes:
        tokens: the last good chain, leaf first; None before the first.
        expires_at: when that chain ends.
        next_at: when it is to be resolved again.
        failures: attempts since the last success.
        failure: code of the last failure; None after a success.
        met: it came by itself (a first meeting): let go once it cannot be resolved.
        alarmed: somebody was told that this chain is about to end.
    """

    entity: EntityId
    tokens: tuple[str, ...] | None
    expires_at: datetime | None
    next_at: datetime
    failures: int = 0
    failure: str | None = None
    met: bool = False
    alarmed: bool = False


def after_success(chain: VerifiedChain, now: datetime, ahead: timedelta) -> KeptChain:
    """Keep a chain; resolve again well before it ends, and at least ``ahead`` before."""
    left = chain.expires_at - now
    pause = max(min(left / 3, left - ahead if left > ahead else left / 3), _SOONEST)
    return KeptChain(
        entity=chain.subject,
        tokens=chain.tokens,
        expires_at=chain.expires_at,
        next_at=now + pause,
    )


def after_failure(kept: KeptChain, code: str, now: datetime) -> KeptChain:
    """Keep the last good chain as it is, and try again: soon first, then every minute."""
    pause = min(_SOONEST * 2**kept.failures, _LATEST)
    return KeptChain(
        entity=kept.entity,
        tokens=kept.tokens,
        expires_at=kept.expires_at,
        next_at=now + pause,
        failures=min(kept.failures + 1, 16),
        failure=code,
    )
