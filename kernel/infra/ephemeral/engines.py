"""Choosing the engine of the ephemeral store by its URL."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from redis import Redis, RedisCluster
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from kernel.clock import Clock
from kernel.infra.ephemeral.redis import RedisKeyValue
from kernel.infra.ephemeral.rooms import Ephemeral
from kernel.infra.ephemeral.sqlite import SqliteKeyValue
from kernel.secret import Secret

_ANSWER_WITHIN_S: Final = 1.0
_PAUSE_S: Final = 0.05
_CONNECTIONS: Final = 128
_CLUSTER: Final = "+cluster"


def open_ephemeral(url: str, clock: Clock, *, password: Secret | None = None) -> Ephemeral:
    """Open the store at ``url``.

    ``sqlite:///path``, ``redis://host:port/db``, ``unix:///path``, ``redis+cluster://host:port``
    (any node), and ``rediss`` in place of ``redis`` for TLS. Nothing is sent to Redis yet;
    with Redis, time is the server's and ``clock`` is not used.

    Raises:
        ValueError: the URL is none of these.
        EphemeralUnavailable: the file could not be opened.
    """
    scheme = urlsplit(url).scheme
    match scheme:
        case "sqlite":
            return Ephemeral(SqliteKeyValue(_path(url), clock))
        case "redis" | "rediss" | "unix":
            return Ephemeral(RedisKeyValue(lambda: _single(url, password)))
        case "redis+cluster" | "rediss+cluster":
            node = url.replace(_CLUSTER, "", 1)
            return Ephemeral(RedisKeyValue(lambda: _cluster(node, password)))
    msg = "the ephemeral store is at sqlite:, redis:, rediss:, unix: or redis+cluster:"
    raise ValueError(msg)


def _path(url: str) -> Path:
    path = urlsplit(url).path.removeprefix("/")
    if not path:
        msg = "sqlite:///path names the file"
        raise ValueError(msg)
    return Path(path)


def _single(url: str, password: Secret | None) -> Redis:
    return Redis.from_url(
        url,
        password=password.reveal() if password else None,
        socket_timeout=_ANSWER_WITHIN_S,
        socket_connect_timeout=_ANSWER_WITHIN_S,
        retry=Retry(ConstantBackoff(_PAUSE_S), 1),
        max_connections=_CONNECTIONS,
    )


def _cluster(url: str, password: Secret | None) -> RedisCluster:
    return RedisCluster.from_url(
        url,
        password=password.reveal() if password else None,
        socket_timeout=_ANSWER_WITHIN_S,
        socket_connect_timeout=_ANSWER_WITHIN_S,
        retry=Retry(ConstantBackoff(_PAUSE_S), 3),
        max_connections=_CONNECTIONS,
    )
