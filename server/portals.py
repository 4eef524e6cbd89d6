"""Composition of the relying-party portals: each is a program of its own on its port."""

from dataclasses import asdict, dataclass

import flask

from config.schema import Portal, PortalKind, Settings
from config.words import Profile
from kernel.clock import Clock, SystemClock
from kernel.entropy import Entropy, SystemEntropy
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.infra.pages import Pages, create_app
from portals.console import build as console
from portals.ministry import build as ministry
from portals.public import build as public
from portals.rp import build as rp

Room = public.PublicRoom | ministry.MinistryRoom | console.ConsoleRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What a portal's rooms stand on."""

    db: Database
    clock: Clock
    entropy: Entropy
    outbound: Outbound


def application(
    settings: Settings,
    name: str,
    *,
    outbound: Outbound | None = None,
    clock: Clock | None = None,
    entropy: Entropy | None = None,
) -> flask.Flask:
    """Return the WSGI application of one portal of the page.

    Args:
        settings: the page; ``portals`` holds the portal, ``outbound`` its way out.
        name: the portal's name on the page.
        outbound: the way out, where there is one already.
        clock: time; the host's if none is given.
        entropy: chance; the host's if none is given.

    Raises:
        KeyError: the page has no portal of this name.
    """
    portal = named(settings, name)
    portal.database_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    drivers = Drivers(
        db=Database(f"sqlite:///{portal.database_dir / f'{portal.name}.sqlite'}"),
        clock=clock or SystemClock(),
        entropy=entropy or SystemEntropy(),
        outbound=outbound or Outbound.build(OutboundRules(**asdict(settings.outbound))),
    )
    sign_in = rp.build(
        portal,
        demo=settings.installation.profile is not Profile.PRODUCTION,
        db=drivers.db,
        clock=drivers.clock,
        entropy=drivers.entropy,
        outbound=drivers.outbound,
    )
    return _assembled(portal, sign_in, drivers)


def named(settings: Settings, name: str) -> Portal:
    """Return the portal of this name.

    Raises:
        KeyError: there is none.
    """
    return {portal.name: portal for portal in settings.portals}[name]


def _assembled(portal: Portal, sign_in: rp.RpRoom, drivers: Drivers) -> flask.Flask:
    room = _room(portal, sign_in, drivers)
    pages = Pages.assemble(
        sign_in.settings,
        clock=drivers.clock,
        entropy=drivers.entropy,
        catalogues=(sign_in.catalogue, room.catalogue),
        statics=room.statics,
    )
    app = create_app(pages, (sign_in.explanations, room.explanations))
    for blueprint in (*sign_in.blueprints, *room.blueprints):
        app.register_blueprint(blueprint)
    return app


def _room(portal: Portal, sign_in: rp.RpRoom, drivers: Drivers) -> Room:
    if portal.kind is PortalKind.MINISTRY:
        return ministry.build(sessions=sign_in.sessions, settings=sign_in.settings)
    if portal.kind is PortalKind.CONSOLE:
        return console.build(
            portal,
            clock=drivers.clock,
            entropy=drivers.entropy,
            outbound=drivers.outbound,
            access=sign_in.access,
            sessions=sign_in.sessions,
            settings=sign_in.settings,
        )
    return public.build(
        portal,
        db=drivers.db,
        clock=drivers.clock,
        entropy=drivers.entropy,
        sessions=sign_in.sessions,
        sealer=sign_in.sealer,
        settings=sign_in.settings,
    )
