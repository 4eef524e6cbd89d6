"""Composition of the relying-party portals: each is a program of its own on its port."""

from dataclasses import asdict

import flask

from config.schema import Portal, PortalKind, Settings
from config.words import Profile
from kernel.clock import Clock, SystemClock
from kernel.entropy import Entropy, SystemEntropy
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.infra.pages import Pages, create_app
from portals.ministry import build as ministry
from portals.public import build as public
from portals.rp import build as rp


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
    clock, entropy = clock or SystemClock(), entropy or SystemEntropy()
    portal.database_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    db = Database(f"sqlite:///{portal.database_dir / f'{portal.name}.sqlite'}")
    sign_in = rp.build(
        portal,
        demo=settings.installation.profile is not Profile.PRODUCTION,
        db=db,
        clock=clock,
        entropy=entropy,
        outbound=outbound or Outbound.build(OutboundRules(**asdict(settings.outbound))),
    )
    return _assembled(portal, sign_in, db, clock, entropy)


def named(settings: Settings, name: str) -> Portal:
    """Return the portal of this name.

    Raises:
        KeyError: there is none.
    """
    return {portal.name: portal for portal in settings.portals}[name]


def _assembled(
    portal: Portal, sign_in: rp.RpRoom, db: Database, clock: Clock, entropy: Entropy
) -> flask.Flask:
    room = _room(portal, sign_in, db, clock, entropy)
    pages = Pages.assemble(
        sign_in.settings,
        clock=clock,
        entropy=entropy,
        catalogues=(sign_in.catalogue, room.catalogue),
    )
    app = create_app(pages, (sign_in.explanations, room.explanations))
    for blueprint in (*sign_in.blueprints, *room.blueprints):
        app.register_blueprint(blueprint)
    return app


def _room(
    portal: Portal, sign_in: rp.RpRoom, db: Database, clock: Clock, entropy: Entropy
) -> public.PublicRoom | ministry.MinistryRoom:
    if portal.kind is PortalKind.MINISTRY:
        return ministry.build(sessions=sign_in.sessions, settings=sign_in.settings)
    return public.build(
        portal,
        db=db,
        clock=clock,
        entropy=entropy,
        sessions=sign_in.sessions,
        sealer=sign_in.sealer,
        settings=sign_in.settings,
    )
