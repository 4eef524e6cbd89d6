"""Looks before a process starts, so that a refusal is one line and not a loop."""

import trustroot.keys.build as keys
from config.schema import Settings
from server.drivers import open_drivers
from server.migrations import require_current


def may_start(settings: Settings, group: keys.RoleGroup) -> None:
    """Require the database, its schema and the keys of ``group``; nothing is kept open.

    Raises:
        DomainError: one of them is not there or is another's; the detail names the file
            and what it is for.
    """
    drivers = open_drivers(settings)
    try:
        require_current(drivers.db)
        room = keys.build(
            settings.keys,
            group=group,
            db=drivers.db,
            clock=drivers.clock,
            entropy=drivers.entropy,
            trail=drivers.trail,
            jobs=drivers.jobs,
        )
        room.ring.check(group)
    finally:
        drivers.close()
