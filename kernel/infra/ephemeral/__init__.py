"""What may be lost: caches, challenges, coarse rate limits. SQLite, Redis or Redis Cluster.

Losing what lives here makes us refuse; what would make us accept when lost (codes, seen
``jti``, lockout counts) lives in SQL.
"""

from kernel.infra.ephemeral.engines import open_ephemeral
from kernel.infra.ephemeral.keyvalue import EphemeralUnavailable, KeyValue
from kernel.infra.ephemeral.rooms import Ephemeral, Room

__all__ = ["Ephemeral", "EphemeralUnavailable", "KeyValue", "Room", "open_ephemeral"]
