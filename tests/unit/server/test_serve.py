"""When granian may give up: never after two unlucky kills, always in a plain loop."""

import time
from pathlib import Path

import granian.server.common

from server.serve import Replaced


def test_a_process_that_dies_twice_is_replaced_twice() -> None:
    replaced = Replaced()
    for _ in range(2):
        replaced[0] = time.monotonic()
    assert replaced.get(0) == 0


def test_a_process_that_dies_without_end_is_given_up() -> None:
    replaced, now = Replaced(), time.monotonic()
    for _ in range(Replaced.LOOP):
        replaced[0] = now
    assert replaced.get(0) == now
    assert replaced.get(1) == 0


def test_deaths_of_long_ago_are_no_loop() -> None:
    replaced = Replaced()
    for _ in range(Replaced.LOOP):
        replaced[0] = time.monotonic() - Replaced.WITHIN_S - 1
    assert replaced.get(0) == 0


def test_granian_still_keeps_this_note() -> None:
    """We replace an attribute of granian's: an update that drops it must be seen."""
    source = Path(granian.server.common.__file__).read_text("utf-8")
    assert "self.respawned_wrks.get(idx, 0) <= 5.5" in source
    assert "self.respawned_wrks[idx] = time.monotonic()" in source
