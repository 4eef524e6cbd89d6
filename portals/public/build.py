"""Assembles the public portal, national or a province's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import flask

from config.schema import Portal, PortalKind
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.infra.db import Database
from kernel.infra.pages import Explanations, PagesSettings
from kernel.proof.seal import Sealer
from kernel.work import JobKind, PeriodicTask
from portals.public.service import Applications
from portals.public.store import SqlCases, make_tables
from portals.public.views.explanations import EXPLANATIONS
from portals.public.views.items import NATIONAL, PROVINCIAL
from portals.public.views.pages import Desk, blueprint
from portals.rp.flows.sessions import Sessions

CATALOGUE: Final = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRoom:
    """The counter of a portal."""

    blueprints: tuple[flask.Blueprint, ...]
    explanations: Explanations
    catalogue: Path
    statics: tuple[Path, ...] = ()
    routes: tuple[()] = ()
    tasks: tuple[PeriodicTask, ...] = ()
    job_kinds: tuple[JobKind, ...] = ()


def build(  # noqa: PLR0913  one driver each
    portal: Portal,
    *,
    db: Database,
    clock: Clock,
    entropy: Entropy,
    sessions: Sessions,
    sealer: Sealer,
    settings: PagesSettings,
) -> PublicRoom:
    """Assemble; the portal's table is made in its own database if it is not there.

    Args:
        portal: its settings; the kind chooses the items.
        db: the portal's own database.
        clock: time.
        entropy: chance.
        sessions: who is signed in, from the portal's sign-in room.
        sealer: from there too.
        settings: from there too.
    """
    make_tables(db)
    national = portal.kind is PortalKind.PUBLIC
    counter = NATIONAL if national else PROVINCIAL
    desk = Desk(
        applications=Applications(counter, SqlCases(db, sealer), clock, entropy),
        sessions=sessions,
        settings=settings,
        national=national,
        issuer=portal.issuer,
    )
    return PublicRoom(
        blueprints=(blueprint(desk),), explanations=EXPLANATIONS, catalogue=CATALOGUE
    )
