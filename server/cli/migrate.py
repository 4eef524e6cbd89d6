"""``trusthub migrate``: bring the tables to this program's form."""

import argparse
from typing import Final

from server.cli.acts import Act
from server.cli.outcome import Answer
from server.cli.settings import SETTINGS, settings_of


def _migrate(arguments: argparse.Namespace) -> Answer:
    from server.drivers import open_database  # noqa: PLC0415  its imports are many
    from server.init import bring_tables  # noqa: PLC0415  same
    from server.migrations import current, head  # noqa: PLC0415  same

    settings = settings_of(arguments)
    if arguments.dry_run:
        database = open_database(settings)
        try:
            return Answer({"before": current(database), "would_be": head()})
        finally:
            database.close()
    moved = bring_tables(settings)
    return Answer({"before": moved.before, "after": moved.after})


ACTS: Final = (
    Act(
        name="",
        summary="bring the tables to this program's form, all or nothing",
        run=_migrate,
        arguments=(SETTINGS,),
        changes=True,
    ),
)
