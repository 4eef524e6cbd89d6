"""Walks journeys: a line a step, exit at the first that does not hold."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from kernel.errors import DomainError
from server.contexts.told import Told, WrongUse
from server.demo.enrolment import Officials
from server.demo.journeys import (
    abroad,
    agents,
    cascade,
    citizens,
    city,
    exchange,
    faults,
    five,
    joining,
    kiosk,
    marks,
    native,
    operators,
    proofs,
    rollover,
    sign_out,
    silent,
    transfer,
)
from server.demo.journeys.browser import Lost
from server.demo.journeys.world import Journey, World
from server.demo.keepsakes import Keepsakes
from server.demo.places import Map
from server.demo.stages import Stage
from server.demo.wish import Wish

JOURNEYS: Final[Mapping[str, Journey]] = {
    journey.letter: journey
    for journey in (
        abroad.JOURNEY,
        silent.JOURNEY,
        citizens.JOURNEY,
        agents.JOURNEY,
        operators.JOURNEY,
        sign_out.JOURNEY,
        proofs.JOURNEY,
        city.JOURNEY,
        cascade.JOURNEY,
        joining.JOURNEY,
        faults.JOURNEY,
        marks.JOURNEY,
        rollover.JOURNEY,
        native.JOURNEY,
        kiosk.JOURNEY,
        transfer.JOURNEY,
        exchange.JOURNEY,
        five.JOURNEY,
    )
}


def walk(wish: Wish, where: Map, stage: Stage) -> bool:
    """Walk what was asked for; return whether everything held."""
    world = World(
        map=where,
        kept=Keepsakes(where.folder / "keepsakes.json"),
        stage=stage,
        officials={place.slug: Officials.of(place) for place in where.installations},
        planted=wish.planted,
        since=datetime.now(UTC).isoformat(),
    )
    return all(_walked(journey, world) for journey in chosen(wish.journeys or ()))


def chosen(letters: Sequence[str]) -> Iterator[Journey]:
    """Return the journeys to walk, those that others need first, each once.

    Raises:
        WrongUse: there is no such journey.
    """
    asked = [letter.strip("()").lower() for letter in letters] or list(JOURNEYS)
    unknown = [letter for letter in asked if letter not in JOURNEYS]
    if unknown:
        raise WrongUse(f"no journey {', '.join(unknown)}", f"one of {' '.join(JOURNEYS)}")
    needed = {need for letter in asked for need in JOURNEYS[letter].needs}
    yield from (j for letter, j in JOURNEYS.items() if letter in needed | set(asked))


def _walked(journey: Journey, world: World) -> bool:
    _say(f"({journey.letter}) {journey.title}")
    for number, step in enumerate(journey.steps, 1):
        started = time.monotonic()
        name = f"{journey.letter}{number}"
        try:
            seen = step.walk(world)
        except (Lost, Told, DomainError) as failure:
            _say(f"  FAIL {name} {step.title}: {_words(failure)}")
            return False
        _say(f"  ok   {name} {step.title}: {seen} [{time.monotonic() - started:.1f} s]")
    world.walked.append(journey.letter)
    return True


def _words(failure: Exception) -> str:
    if isinstance(failure, Told):
        return " ".join(failure.lines())
    if isinstance(failure, DomainError):
        return f"{failure.code}: {failure.detail}"
    return str(failure)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
