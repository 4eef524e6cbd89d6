"""Looks before a process starts, so that a refusal is one line and not a loop."""

import idp.login.build as login
import trustroot.keys.build as keys
from config.schema import Settings
from server.drivers import open_drivers
from server.migrations import require_current


def may_start(settings: Settings, group: keys.RoleGroup) -> None:
    """Require the database, its schema, the keys of ``group`` and the cores for passwords.

    Nothing is kept open.

    Raises:
        DomainError: one of them is not there or is another's; the detail names the file
            or setting and what it is for.
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
        login.password_pool(settings.limits, drivers.entropy)
    finally:
        drivers.close()
