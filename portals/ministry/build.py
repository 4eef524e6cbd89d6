"""Assembles the ministry's portal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import flask

from kernel.infra.pages import Explanations, PagesSettings
from kernel.work import JobKind, PeriodicTask
from portals.ministry.views import Desk, blueprint
from portals.rp.flows.sessions import Sessions

CATALOGUE: Final = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinistryRoom:
    """The ministry's page."""

    blueprints: tuple[flask.Blueprint, ...]
    explanations: Explanations
    catalogue: Path
    statics: tuple[Path, ...] = ()
    routes: tuple[()] = ()
    tasks: tuple[PeriodicTask, ...] = ()
    job_kinds: tuple[JobKind, ...] = ()


def build(*, sessions: Sessions, settings: PagesSettings) -> MinistryRoom:
    """Assemble.

    Args:
        sessions: who is signed in, from the portal's sign-in room.
        settings: from there too.
    """
    desk = Desk(sessions, settings)
    return MinistryRoom(blueprints=(blueprint(desk),), explanations={}, catalogue=CATALOGUE)
