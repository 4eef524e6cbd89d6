"""Spans of time as an operator writes them: ``250ms``, ``5m``, ``24h``, ``7d``."""

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_SPAN: Final = re.compile(r"([0-9]{1,9})(ms|s|m|h|d)", re.ASCII)


def parse_span(text: str) -> timedelta:
    """Read one number with its unit.

    Raises:
        ValueError: it is not a whole number followed by ms, s, m, h or d.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError("a span is a whole number with its unit")
    return int(match[1]) * _UNITS[match[2]]


def write_span(span: timedelta) -> str:
    """Write a span in the largest unit that holds it exactly."""
    for unit, size in _UNITS.items():
        if not span % size:
            return f"{span // size}{unit}"
    raise ValueError(span)
