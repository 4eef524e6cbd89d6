"""What somebody wants of the demo."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

LETTERS: Final = "abcdefghijklmnopqr"
"""Of all journeys, in the order in which they are walked; their table has the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One run.

    Attributes:
        folder: where its data lie, and go on lying.
        base: first of a hundred ports.
        engines: real servers instead of files, such as ``postgres``.
        trust_ca: PEM roots trusted for calls to relying parties on loopback.
        journeys: letters to walk, () for all; None: do not walk, stay until stopped.
        is_tls: hubs and portals are served by https.
        planted: name of the fault that a counter-run plants; "" for none.
    """

    folder: Path
    base: int = 8400
    engines: frozenset[str] = frozenset()
    trust_ca: Path | None = None
    journeys: tuple[str, ...] | None = None
    planted: str = ""
    is_tls: bool = False
