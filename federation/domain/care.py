"""What is kept about entities that are followed, and when they are resolved again."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from federation.domain.chains import VerifiedChain
from kernel.ids import EntityId

_SOONEST: Final = timedelta(seconds=2)
_LATEST: Final = timedelta(seconds=60)
_HOPELESS: Final = timedelta(minutes=10)
_COUNTED: Final = 16
_SPREAD: Final = 0.2
_TRIES_BEFORE_ALARM: Final = 2
_LAST_TENTH: Final = 10


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

    def in_force(self, now: datetime) -> bool:
        """Whether a good chain is kept that has not ended."""
        return self.expires_at is not None and now < self.expires_at


def after_success(
    chain: VerifiedChain,
    now: datetime,
    ahead: timedelta,
    *,
    met: bool = False,
    alarmed: bool = False,
) -> KeptChain:
    """Keep a chain; resolve again well before it ends, and at least ``ahead`` before."""
    left = chain.expires_at - now
    pause = min(left / 3, left - ahead if left > ahead else left / 3)
    return KeptChain(
        entity=chain.subject,
        tokens=chain.tokens,
        expires_at=chain.expires_at,
        next_at=now + max(pause * _share(chain.subject), _SOONEST),
        met=met,
        alarmed=alarmed,
    )


def after_failure(
    kept: KeptChain, code: str, now: datetime, *, alarmed: bool = False
) -> KeptChain:
    """Keep the last good chain as it is, and try again: soon first, then every minute.

    Where nothing good is left to lose, and nothing came of sixteen attempts, every ten
    minutes.
    """
    hopeless = kept.failures >= _COUNTED and not kept.in_force(now)
    pause = _HOPELESS if hopeless else min(_SOONEST * 2**kept.failures, _LATEST)
    return KeptChain(
        entity=kept.entity,
        tokens=kept.tokens,
        expires_at=kept.expires_at,
        next_at=now + pause,
        failures=min(kept.failures + 1, _COUNTED),
        failure=code,
        met=kept.met,
        alarmed=kept.alarmed or alarmed,
    )


def is_given_up(kept: KeptChain, now: datetime) -> bool:
    """Tell whether an entity that came by itself is let go: it ended, and stays away."""
    return kept.met and kept.failures >= _COUNTED and not kept.in_force(now)


def failing_chain_ends(kept: KeptChain, now: datetime, ahead: timedelta) -> bool:
    """Tell whether a chain that cannot be had again is about to end.

    That is within ``ahead``, the span in which it ought to have been renewed; one failure
    alone is no alarm, unless the end is a minute away.
    """
    if kept.expires_at is None or not kept.in_force(now):
        return False
    left = kept.expires_at - now
    return left <= _LATEST or (kept.failures >= _TRIES_BEFORE_ALARM and left <= ahead)


def renewed_chain_ends(kept: KeptChain, chain: VerifiedChain, now: datetime) -> bool:
    """Tell whether the same end came back, in the last tenth of the statement's life.

    The host answers, but whoever signs there has stopped: it will end as surely.
    """
    if chain.expires_at != kept.expires_at:
        return False
    last = min(chain.statements, key=lambda statement: statement.expires_at)
    return chain.expires_at - now <= (last.expires_at - last.issued_at) / _LAST_TENTH


def _share(entity: EntityId) -> float:
    """Spread the hours: what is followed at one moment does not fall due at one."""
    part: float = zlib.crc32(entity.encode()) / 2**32
    return 1 - _SPREAD * part
