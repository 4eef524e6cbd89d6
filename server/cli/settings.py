"""The settings a command works with: ``--settings FILE``, else ``TRUSTHUB_SETTINGS``."""

import argparse
from pathlib import Path
from typing import Final

from config.loader import load
from config.schema import Settings
from server.cli.acts import option

SETTINGS: Final = option(
    "settings", "settings file (or TRUSTHUB_SETTINGS)", type=Path, default=None
)


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Read the page; `SettingsRefused` names every problem."""
    return load(arguments.settings)
