"""Assembles the register from settings and drivers."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.schema import Installation
from config.words import Profile
from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.standing import StandingRegister
from kernel.web import Route
from kernel.work import JobKind, PeriodicTask
from trustroot.registry.api import routes
from trustroot.registry.domain import MemberKind
from trustroot.registry.ports import MemberProbe
from trustroot.registry.service import (
    Applying,
    Deciding,
    Record,
    Registry,
    Suspending,
    Watching,
)
from trustroot.registry.store import SqlMembers, SqlProposals, SqlWatch
from trustroot.registry.tasks import tasks


@dataclass(frozen=True)
class RegistryRoom:
    """What the room offers: the register to read, and the acts of operators."""

    registry: Registry
    applying: Applying
    deciding: Deciding
    suspending: Suspending
    watching: Watching
    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...] = ()
    blueprints: tuple[()] = ()


def build(  # noqa: PLR0913  settings and drivers, each by name
    settings: Installation,
    *,
    db: Database,
    clock: Clock,
    ids: NewIds,
    trail: AuditTrail,
    register: StandingRegister,
    probes: Mapping[MemberKind, MemberProbe],
) -> RegistryRoom:
    """Assemble the room; ``probes`` come from above, one per kind of member."""
    work, members = db.unit_of_work(), SqlMembers(db)
    record = Record(members, register, trail, clock)
    is_local = settings.profile is not Profile.PRODUCTION
    deciding = Deciding(record, SqlProposals(db), work, ids)
    applying = Applying(record, probes, work, ids, http_on_loopback=is_local)
    suspending = Suspending(record, deciding, work)
    registry = Registry(record, work)
    return RegistryRoom(
        registry=registry,
        applying=applying,
        deciding=deciding,
        suspending=suspending,
        watching=Watching(record, SqlWatch(db), work),
        routes=routes(registry, applying, deciding, suspending),
        tasks=tasks(suspending),
    )
