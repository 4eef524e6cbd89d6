"""One installation in one process, joined from its rooms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import trustroot.keys.build as keys
from config.schema import Settings
from kernel.infra.db.replies import SqlReplies
from kernel.infra.jobs import ForgetJobs
from kernel.infra.pages import (
    Pages,
    create_app,
)
from kernel.proof.seal import Sealer
from kernel.web import Once, PeerTold, Route, Router
from kernel.work import JobKind, PeriodicTask
from server.bootstrap.fronts import Fronts, open_fronts, open_pages
from server.bootstrap.ground import Ground, lay_ground
from server.bootstrap.persons import Persons, gather_persons
from server.dispatch import Dispatcher
from server.drivers import Drivers, open_drivers
from server.environ import certificates_told
from server.management import Check
from server.openapi import openapi_route
from server.wsgi import Application

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One installation in one process."""

    settings: Settings
    drivers: Drivers
    ground: Ground
    persons: Persons
    fronts: Fronts
    pages: Pages

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every machine endpoint of every room."""
        ground, persons, fronts = self.ground, self.persons, self.fronts
        return (
            *fronts.oidc.routes,
            *fronts.broker.routes,
            *persons.people.routes,
            *persons.clients.routes,
            *persons.session.routes,
            *persons.realname.routes,
            *persons.ca_bridge.routes,
            *ground.publish.routes,
            *ground.registry.routes,
            *ground.federation.routes,
            *ground.keys.routes,
            *ground.trail.routes,
        )

    @property
    def tasks(self) -> tuple[PeriodicTask, ...]:
        """What the worker does again and again."""
        ground, persons, fronts = self.ground, self.persons, self.fronts
        return (
            *ground.trail.tasks,
            *ground.keys.tasks,
            *ground.publish.tasks,
            *ground.registry.tasks,
            *ground.care,
            *ground.federation.tasks,
            *persons.session.tasks,
            *persons.clients.tasks,
            *persons.realname.tasks,
            *persons.ca_bridge.tasks,
            *fronts.login.tasks,
            *fronts.consent.tasks,
            *fronts.broker.tasks,
            *fronts.oidc.tasks,
            PeriodicTask(
                name="server.forget_replies", period=_HOUR, run=self._replies().expire
            ),
            PeriodicTask(
                name="server.forget_jobs",
                period=_HOUR,
                run=ForgetJobs(self.drivers.jobs, self.drivers.clock),
            ),
        )

    @property
    def job_kinds(self) -> tuple[JobKind, ...]:
        """What the worker does when it is asked to."""
        return (
            *self.ground.keys.job_kinds,
            *self.ground.publish.job_kinds,
            *self.ground.registry.job_kinds,
            *self.persons.people.job_kinds,
            *self.fronts.oidc.job_kinds,
            *self.fronts.broker.job_kinds,
        )

    def application(self) -> Application:
        """Return what the server serves: endpoints in front, pages behind."""
        fronts = self.fronts
        rooms = (
            fronts.login,
            fronts.consent,
            fronts.account,
            fronts.oidc,
            fronts.applications,
        )
        app = create_app(
            self.pages, [*(room.explanations for room in rooms), fronts.broker.explanations]
        )
        for room in rooms:
            for blueprint in room.blueprints:
                app.register_blueprint(blueprint)
        once = Once(self.drivers.db.unit_of_work(), self._replies())
        routes = (
            *self.routes,
            openapi_route(self.routes, self.settings.installation.issuer),
        )
        dispatcher = Dispatcher(Router(routes), self.fronts.oidc.authorizer, once)
        http = self.settings.http
        told = certificates_told(http.client_certificate)
        peers = PeerTold.by(http.trusted_proxies)
        return Application(dispatcher, app.wsgi_app, self.drivers.entropy, told, peers)

    def _replies(self) -> SqlReplies:
        drivers = self.drivers
        sealer = Sealer(self.ground.keys.ring, drivers.entropy)
        return SqlReplies(drivers.db, drivers.clock, sealer)

    def checks(self) -> Mapping[str, Check]:
        """Return what must be there before traffic may come."""
        ring, publication = self.ground.keys.ring, self.ground.publish.publication
        return {
            "database": self.drivers.db.ping,
            "keys": lambda: ring.check(keys.RoleGroup.SERVE),
            "standing": self.drivers.standing.require,
            "trust": publication.configuration,
        }

    def close(self) -> None:
        """Let go of everything."""
        self.drivers.close()


def assemble(settings: Settings, group: keys.RoleGroup) -> Installation:
    """Join the rooms for a process of ``group``; it may open that group's keys.

    Raises:
        DomainError: a key file, the database or a setting's file is not there.
    """
    drivers = open_drivers(settings)
    drivers.standing.start()
    ground = lay_ground(settings, drivers, group)
    persons = gather_persons(settings, drivers, ground)
    pages = open_pages(settings, drivers, ground)
    return Installation(
        settings=settings,
        drivers=drivers,
        ground=ground,
        persons=persons,
        fronts=open_fronts(settings, drivers, ground, persons, pages),
        pages=pages,
    )
