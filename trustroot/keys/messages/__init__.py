"""Keys on the wire of the API, and ceremonies in files."""

from trustroot.keys.messages.ceremony import read_ceremony
from trustroot.keys.messages.keys import (
    DistrustAskedFor,
    DistrustSeen,
    DistrustShown,
    HistoricalKeyShown,
    HistoryShown,
    KeyShown,
    KeysShown,
    RotationAskedFor,
    RotationQueued,
    distrust_shown,
    history_shown,
    shown,
)
from trustroot.keys.messages.transcript import Line, chained, read_transcript, written

__all__ = [
    "DistrustAskedFor",
    "DistrustSeen",
    "DistrustShown",
    "HistoricalKeyShown",
    "HistoryShown",
    "KeyShown",
    "KeysShown",
    "Line",
    "RotationAskedFor",
    "RotationQueued",
    "chained",
    "distrust_shown",
    "history_shown",
    "read_ceremony",
    "read_transcript",
    "shown",
    "written",
]
