"""A browser in a few words, so that people recognise their own devices."""

import re
from typing import Final

# The order counts: most browsers also call themselves by the names further down.
_BROWSERS: Final = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPadOS", r"iPad"),
    ("iOS", r"iPhone"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X"),
    ("Linux", r"Linux"),
)


def device(browser: str) -> str:
    """Return browser and system from what a browser called itself; "" if nobody knows."""
    known = (_first(_BROWSERS, browser), _first(_SYSTEMS, browser))
    return " · ".join(name for name in known if name)


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, sign in names if re.search(sign, text)), "")
