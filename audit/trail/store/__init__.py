"""The record over SQL."""

from audit.trail.store.log import SqlLog
from audit.trail.store.logged import SqlEvents
from audit.trail.store.outbox import SqlOutbox

__all__ = ["SqlEvents", "SqlLog", "SqlOutbox"]
