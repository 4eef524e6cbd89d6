"""The ``trusthub`` command: `main` is its console script."""

import sys
from collections.abc import Sequence

from server.cli.running import run


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Returns:
        0 done, 1 refused or a check failed, 2 wrong use, 3 could not find out.
    """
    return run(sys.argv[1:] if argv is None else argv)
