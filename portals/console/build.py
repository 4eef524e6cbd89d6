"""Assembles the operators' console."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import flask

from config.schema import Portal
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.infra.outbound import Outbound
from kernel.infra.pages import Explanations, PagesSettings
from kernel.work import JobKind, PeriodicTask
from portals.console.adapters.api import HttpApi
from portals.console.adapters.keys import HttpKeys
from portals.console.adapters.pictures import HttpPictures
from portals.console.service import (
    Applications,
    Deciding,
    Decoding,
    Marks,
    Members,
    Pictures,
    SignOuts,
)
from portals.console.service.marks import FAMILY
from portals.console.views.desk import Desk
from portals.console.views.explanations import EXPLANATIONS
from portals.console.views.pages import blueprint
from portals.rp.flows.access import PersonAccess
from portals.rp.flows.sessions import Sessions

CATALOGUE: Final = Path(__file__).parent / "translations"
STATICS: Final = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleRoom:
    """The console."""

    blueprints: tuple[flask.Blueprint, ...]
    explanations: Explanations
    catalogue: Path
    statics: tuple[Path, ...] = (STATICS,)
    routes: tuple[()] = ()
    tasks: tuple[PeriodicTask, ...] = ()
    job_kinds: tuple[JobKind, ...] = ()


def build(  # noqa: PLR0913  one driver each
    portal: Portal,
    *,
    clock: Clock,
    entropy: Entropy,
    outbound: Outbound,
    access: PersonAccess,
    sessions: Sessions,
    settings: PagesSettings,
) -> ConsoleRoom:
    """Assemble; the console keeps nothing of its own, and asks its issuer's API.

    Args:
        portal: its settings.
        clock: time.
        entropy: chance.
        outbound: the way out.
        access: tokens of whoever is signed in, from the portal's sign-in room.
        sessions: from there too.
        settings: from there too.
    """
    api = HttpApi(f"{portal.issuer}/api/v1", outbound)
    members = Members(api)
    desk = Desk(
        families={
            "members": Deciding(api, members),
            "marks": Deciding(api, members, FAMILY),
        },
        members=members,
        marks=Marks(api),
        applications=Applications(api),
        pictures=Pictures(api, HttpPictures(portal.issuer, outbound)),
        sign_outs=SignOuts(api),
        decoding=Decoding(
            HttpKeys(f"{portal.issuer}/oidc/jwks", outbound), portal.issuer, clock
        ),
        access=access,
        sessions=sessions,
        settings=settings,
        clock=clock,
        entropy=entropy,
    )
    return ConsoleRoom(
        blueprints=(blueprint(desk),), explanations=EXPLANATIONS, catalogue=CATALOGUE
    )
