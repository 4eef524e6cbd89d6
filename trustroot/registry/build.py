"""Assembles the register from settings and drivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.evidence import EvidenceLadder
from config.schema import Installation, Trust
from config.words import Profile
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.infra.notices import Notices
from kernel.infra.pages import Explanations
from kernel.proof.seal import Sealer, SymmetricKeys
from kernel.standing import StandingRegister
from kernel.web import Route
from kernel.work import JobKind, JobQueue, PeriodicTask
from trustroot.registry.adapters import MailedNotices
from trustroot.registry.api import Desk, routes
from trustroot.registry.domain import Dues, EvidenceKind, Ladder, MemberKind
from trustroot.registry.ports import MemberProbe, TestClients
from trustroot.registry.service import (
    Admission,
    Applying,
    Carrying,
    CodeDrawer,
    ContactProofs,
    Credentials,
    Deciding,
    Evidences,
    Policies,
    Record,
    Registry,
    Suspending,
    Telling,
    Waiting,
    Watching,
)
from trustroot.registry.store import (
    SqlContactCodes,
    SqlEvidence,
    SqlMembers,
    SqlPolicies,
    SqlProposals,
    SqlWatch,
)
from trustroot.registry.tasks import job_kinds, tasks
from trustroot.registry.views import pages as views
from trustroot.registry.views.draft import Envelopes
from trustroot.registry.views.words import EXPLANATIONS

CATALOGUE: Final = Path(__file__).parent / "translations"
"""For `Pages.assemble(catalogues=…)`, which stands before the rooms."""


@dataclass(frozen=True)
class RegistryRoom:
    """What the room offers: the register to read, and the acts of operators."""

    registry: Registry
    applying: Applying
    deciding: Deciding
    suspending: Suspending
    evidences: Evidences
    watching: Watching
    contacts: ContactProofs
    policies: Policies
    credentials: Credentials
    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...] = ()
    blueprints: tuple[()] = ()


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What the room stands on."""

    db: Database
    clock: Clock
    entropy: Entropy
    ids: NewIds
    trail: AuditTrail
    register: StandingRegister
    jobs: JobQueue
    keys: SymmetricKeys
    carrier: Notices


def build(
    settings: Installation,
    trust: Trust,
    drivers: Drivers,
    probes: Mapping[MemberKind, MemberProbe],
) -> RegistryRoom:
    """Assemble the room; ``probes`` come from above, one per kind of member."""
    desk, admission = _desk(settings, trust, drivers, probes)
    return RegistryRoom(
        registry=desk.registry,
        applying=desk.applying,
        deciding=desk.deciding,
        suspending=desk.suspending,
        evidences=desk.evidences,
        watching=desk.watching,
        contacts=desk.contacts,
        policies=desk.policies,
        credentials=admission.credentials,
        routes=routes(desk),
        tasks=tasks(desk.suspending, desk.evidences, desk.contacts),
        job_kinds=job_kinds(Carrying(desk.contacts.notices), desk.contacts),
    )


@dataclass(frozen=True)
class ApplicationPages:
    """The public page, which needs what stands above the room: test clients."""

    blueprints: tuple[views.Blueprint, ...]
    explanations: Explanations = field(default_factory=lambda: EXPLANATIONS)


def application_pages(
    room: RegistryRoom, clients: TestClients, sealer: Sealer, issuer: str
) -> ApplicationPages:
    """Assemble `/trust/apply`; ``issuer`` is the installation's base URL."""
    desk = views.Desk(
        applying=room.applying,
        registry=room.registry,
        proofs=room.contacts,
        clients=clients,
        envelopes=Envelopes(sealer),
        issuer=issuer,
    )
    return ApplicationPages((views.blueprint(desk),))


def _desk(
    settings: Installation,
    trust: Trust,
    drivers: Drivers,
    probes: Mapping[MemberKind, MemberProbe],
) -> tuple[Desk, Admission]:
    db, ids, work = drivers.db, drivers.ids, drivers.db.unit_of_work()
    sealer = Sealer(drivers.keys, drivers.entropy)
    proposals, policies, record = SqlProposals(db), SqlPolicies(db), _record(drivers)
    is_local = settings.profile is not Profile.PRODUCTION
    admission = Admission(policies, Credentials(sealer), http_on_loopback=is_local)
    deciding = Deciding(record, proposals, work, ids, admission)
    drawer = CodeDrawer(sealer, drivers.entropy)
    notices = MailedNotices(drivers.carrier)
    desk = Desk(
        registry=Registry(record, work),
        applying=Applying(record, probes, work, ids, admission),
        deciding=deciding,
        suspending=Suspending(record, deciding, work),
        waiting=Waiting(record, proposals, work),
        evidences=_evidences(record, trust.evidence, drivers),
        watching=Watching(record, SqlWatch(db), work, trust.refresh_ahead),
        contacts=ContactProofs(record, SqlContactCodes(db), drawer, notices, work),
        policies=Policies(record, policies, proposals, work, ids),
    )
    return desk, admission


def _record(drivers: Drivers) -> Record:
    return Record(
        SqlMembers(drivers.db),
        drivers.register,
        drivers.trail,
        drivers.clock,
        Telling(drivers.jobs),
    )


def _evidences(record: Record, said: EvidenceLadder, drivers: Drivers) -> Evidences:
    db, work = drivers.db, drivers.db.unit_of_work()
    ladder, dues = _ladder(said), _dues(said)
    return Evidences(record, SqlEvidence(db), work, drivers.ids, ladder, dues)


def _dues(said: EvidenceLadder) -> Dues:
    kinds: dict[MemberKind, frozenset[EvidenceKind]] = {}
    for owed in said.owed:
        kind = MemberKind(owed.member)
        named = frozenset(EvidenceKind(one) for one in owed.kinds)
        kinds[kind] = kinds.get(kind, frozenset()) | named
    return Dues(kinds=kinds, within=said.owed_within)


def _ladder(said: EvidenceLadder) -> Ladder:
    return Ladder(
        reminders=said.reminders,
        warn_after=said.warn_after,
        restrict_after=said.restrict_after,
        alarm_after=said.alarm_after,
    )
