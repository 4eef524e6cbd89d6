"""Assembles publishing from settings and drivers."""

from dataclasses import dataclass

from config.schema import Settings, Trust
from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import EntityId, NewIds
from kernel.infra.db import Database
from kernel.infra.standing_store import SqlStanding
from kernel.web import Route
from kernel.work import JobKind, JobQueue, PeriodicTask
from trustroot.keys.ports import Endorsements, KeyHistory, RepresentedSigner, Signer
from trustroot.publish import store
from trustroot.publish.api import (
    Doors,
    MarksApi,
    federation_routes,
    mark_routes,
    policy_routes,
)
from trustroot.publish.domain import Installation, Naming, NamingRules
from trustroot.publish.ports import EvidenceBook
from trustroot.publish.service import (
    AnswerDesk,
    Answers,
    Callers,
    Chronicle,
    Desks,
    EventFeed,
    Following,
    Granting,
    Hosting,
    KeyFeed,
    Listing,
    MarkBook,
    MarkDecisions,
    MarkDesk,
    MarkRound,
    MarkStores,
    OwnStatements,
    Publication,
    Publishing,
    Roll,
    Signing,
    SigningDesk,
)
from trustroot.publish.tasks import job_kinds, tasks
from trustroot.registry.service import Policies, Registry


@dataclass(frozen=True)
class PublishRoom:
    """What the room offers; ``tasks`` and ``job_kinds`` work in a process of the worker."""

    ours: Installation
    publication: Publication
    answers: Answers
    decisions: MarkDecisions
    signing: Signing
    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...]
    blueprints: tuple[()] = ()


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What the room stands on; ``standing`` is register and view in one."""

    db: Database
    clock: Clock
    ids: NewIds
    trail: AuditTrail
    standing: SqlStanding
    jobs: JobQueue


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The rooms below: keys, and who is registered."""

    signer: Signer
    history: KeyHistory
    represented: RepresentedSigner
    endorsements: Endorsements
    registry: Registry
    evidence: EvidenceBook
    policies: Policies


def build(settings: Settings, drivers: Drivers, below: Neighbours) -> PublishRoom:
    """Assemble the room."""
    db, clock, standing = drivers.db, drivers.clock, drivers.standing
    ours, statements = _installation(settings), store.SqlStatements(db)
    marks, types = store.SqlMarks(db), store.SqlMarkTypes(db)
    book = MarkBook(marks, types, standing, clock)
    listing = Listing(statements, standing, clock)
    publication = Publication(ours, statements, listing, book, clock)
    answers = Answers(store.SqlAnswers(db), store.SqlEvents(db), listing, clock)
    callers = Callers(ours, below.registry, store.SqlAssertions(db), standing, clock)
    signing, decisions = _signing(ours, drivers, below), _decisions(ours, drivers, below)
    doors = Doors(publication, answers, callers)
    return PublishRoom(
        ours=ours,
        publication=publication,
        answers=answers,
        decisions=decisions,
        signing=signing,
        routes=(
            *federation_routes(doors),
            *mark_routes(MarksApi(decisions, marks)),
            *policy_routes(below.policies),
        ),
        tasks=tasks(signing, store.SqlAssertions(db), clock),
        job_kinds=job_kinds(signing),
    )


def _signing(ours: Installation, drivers: Drivers, below: Neighbours) -> Signing:
    db, clock, work = drivers.db, drivers.clock, drivers.db.unit_of_work()
    bookmarks, types = store.SqlBookmarks(db), store.SqlMarkTypes(db)
    answers = AnswerDesk(ours, below.signer, store.SqlAnswers(db), clock, work)
    desks = _desks(ours, drivers, below)
    return Signing(
        own=OwnStatements(desks, types, below.endorsements, work),
        following=Following(
            Publishing(desks, below.registry, work), drivers.standing, bookmarks, clock
        ),
        marks=MarkRound(desks.granting.desk, work),
        keys=KeyFeed(answers, below.history),
        events=EventFeed(answers, store.SqlEvents(db), bookmarks),
    )


def _desks(ours: Installation, drivers: Drivers, below: Neighbours) -> Desks:
    db, clock = drivers.db, drivers.clock
    marks = store.SqlMarks(db)
    statements = SigningDesk(
        ours, below.signer, store.SqlStatements(db), drivers.trail, clock
    )
    granting = Granting(
        MarkDesk(ours, below.signer, marks, clock),
        store.SqlMarkTypes(db),
        store.SqlGrants(db),
        below.evidence,
        drivers.ids,
    )
    hosting = Hosting(ours, below.represented, store.SqlAnswers(db), marks, clock)
    chronicle = Chronicle(store.SqlEvents(db), below.registry, clock)
    return Desks(statements, chronicle, granting, hosting)


def _decisions(ours: Installation, drivers: Drivers, below: Neighbours) -> MarkDecisions:
    db = drivers.db
    roll = Roll(
        MarkStores(store.SqlMarkTypes(db), store.SqlGrants(db)),
        drivers.standing,
        Chronicle(store.SqlEvents(db), below.registry, drivers.clock),
        drivers.trail,
        drivers.jobs,
    )
    proposals = store.SqlMarkProposals(db)
    return MarkDecisions(ours, roll, proposals, db.unit_of_work(), drivers.ids)


def _installation(settings: Settings) -> Installation:
    trust = settings.trust
    return Installation(
        issuer=EntityId(settings.installation.issuer),
        name_zh=settings.installation.name_zh,
        name_en=settings.installation.name_en,
        superiors=tuple(EntityId(each) for each in trust.superiors),
        lifetime=trust.statement_lifetime,
        ahead=trust.refresh_ahead,
        max_path_length=trust.max_path_length,
        authenticated=frozenset(each.value for each in trust.authenticated_endpoints),
        naming=_naming(trust),
    )


def _naming(trust: Trust) -> NamingRules:
    return {
        EntityId(each.entity_id): Naming(permitted=each.permitted, excluded=each.excluded)
        for each in trust.names_below
    }
