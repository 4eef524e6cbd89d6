"""Assembles publishing from settings and drivers."""

from dataclasses import dataclass

from config.schema import Settings
from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import EntityId
from kernel.infra.db import Database
from kernel.standing import Standing
from kernel.web import Route
from kernel.work import JobKind, PeriodicTask
from trustroot.keys.ports import Signer
from trustroot.publish.api import routes
from trustroot.publish.domain import Installation
from trustroot.publish.service import Listing, Publication, Signing, SigningDesk
from trustroot.publish.store import SqlStatements
from trustroot.publish.tasks import tasks
from trustroot.registry.service import Registry


@dataclass(frozen=True)
class PublishRoom:
    """What the room offers; ``tasks`` work in a process that opens the anchor key only."""

    ours: Installation
    publication: Publication
    signing: Signing
    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...] = ()
    blueprints: tuple[()] = ()


def build(  # noqa: PLR0913  settings and drivers, each by name
    settings: Settings,
    *,
    db: Database,
    clock: Clock,
    trail: AuditTrail,
    standing: Standing,
    signer: Signer,
    registry: Registry,
) -> PublishRoom:
    """Assemble the room."""
    ours, statements = _installation(settings), SqlStatements(db)
    desk = SigningDesk(ours, signer, statements, trail, clock)
    signing = Signing(desk, registry, db.unit_of_work())
    listing = Listing(statements, standing, clock)
    publication = Publication(ours, statements, listing, clock)
    return PublishRoom(
        ours=ours,
        publication=publication,
        signing=signing,
        routes=routes(publication),
        tasks=tasks(signing),
    )


def _installation(settings: Settings) -> Installation:
    return Installation(
        issuer=EntityId(settings.installation.issuer),
        name_zh=settings.installation.name_zh,
        name_en=settings.installation.name_en,
        superiors=tuple(EntityId(each) for each in settings.trust.superiors),
        lifetime=settings.trust.statement_lifetime,
        ahead=settings.trust.refresh_ahead,
        max_path_length=settings.trust.max_path_length,
    )
