"""``trusthub serve``: answer requests."""

import argparse
import os
from typing import Final

from config.loader import FILE_VARIABLE
from server.cli.acts import Act
from server.cli.outcome import Answer
from server.cli.settings import SETTINGS, settings_of


def _serve(arguments: argparse.Namespace) -> Answer | None:
    from server.serve import serve  # noqa: PLC0415  its imports are the whole house

    settings = settings_of(arguments)
    if arguments.settings is not None:
        # The serving processes read the page themselves, by the name of its file.
        os.environ[FILE_VARIABLE] = str(arguments.settings.resolve())
    serve(settings)
    return None


ACTS: Final = (
    Act(
        name="",
        summary="answer requests until told to stop",
        run=_serve,
        arguments=(SETTINGS,),
    ),
)
