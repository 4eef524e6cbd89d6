"""The ephemeral store in Redis or Redis Cluster, for an installation on several hosts."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol, TypeVar

from redis import Redis, RedisCluster
from redis.commands.core import Script
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    TryAgainError,
)
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)

from kernel.infra.ephemeral.keyvalue import EphemeralUnavailable

T = TypeVar("T")
Client = Redis | RedisCluster

_MILLISECOND: Final = timedelta(milliseconds=1)
_UNAVAILABLE: Final = (
    BusyLoadingError,
    ClusterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisConnectionError,
    RedisTimeoutError,
    TryAgainError,
)
_INCREMENT: Final = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count
"""
# Time is the server's, one for all hosts. Kept as text: a Lua number would lose digits.
_ALLOW: Final = """
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
if kept[1] then
  tokens = math.min(burst, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * rate)
end
local allowed = 0
if tokens >= 1 then allowed = 1 end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens - allowed),
           'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return allowed
"""


class Connect(Protocol):
    """The way to a client; a cluster is asked for its nodes on it."""

    def __call__(self) -> Client:
        """Return a client that returns bytes."""
        ...


@dataclass(frozen=True, slots=True)
class _Opened:
    client: Client
    increment: Script
    allow: Script


class RedisKeyValue:
    """`KeyValue` over Redis 6.2 or later, or a cluster of them."""

    def __init__(self, connect: Connect) -> None:
        """Take the way to a client that returns bytes; it is gone when first needed."""
        self._connect = connect
        self._opened: _Opened | None = None
        self._opening = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """Return the value, or None."""
        return _read(self._ask(lambda redis: redis.client.get(key)))

    def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Set the value."""
        self._ask(lambda redis: redis.client.set(key, value, px=ttl))

    def add(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Set the value if there is none."""
        return bool(self._ask(lambda redis: redis.client.set(key, value, px=ttl, nx=True)))

    def take(self, key: str) -> bytes | None:
        """Return the value and remove it."""
        return _read(self._ask(lambda redis: redis.client.getdel(key)))

    def increment(self, key: str, ttl: timedelta) -> int:
        """Count one more."""
        milliseconds = ttl // _MILLISECOND
        return int(self._ask(lambda redis: redis.increment([key], [milliseconds])))

    def delete(self, key: str) -> None:
        """Remove the value."""
        self._ask(lambda redis: redis.client.delete(key))

    def allow(self, key: str, *, per_second: float, burst: int) -> bool:
        """Take one token from the bucket."""
        full = int(burst / per_second * 1000) + 1000
        return bool(self._ask(lambda redis: redis.allow([key], [per_second, burst, full])))

    def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            self._opened.client.close()

    def _ask(self, ask: Callable[[_Opened], T]) -> T:
        try:
            return ask(self._opened or self._open())
        except _UNAVAILABLE as cause:
            raise EphemeralUnavailable(type(cause).__name__) from cause

    def _open(self) -> _Opened:
        with self._opening:
            if self._opened is None:
                client = self._connect()
                scripts = [client.register_script(text) for text in (_INCREMENT, _ALLOW)]
                self._opened = _Opened(client, *scripts)
            return self._opened


def _read(answer: object) -> bytes | None:
    return answer if isinstance(answer, bytes) else None
