"""Assembles the readers of the federation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.schema import Settings
from config.words import Profile, Role
from federation.adapters.anchors import Anchors, RootedAnchor, read_anchor, read_root
from federation.adapters.crew import ThreadCrew
from federation.adapters.http_fetch import HttpFetch
from federation.adapters.http_keys import HttpKeys
from federation.adapters.http_pages import HttpPages
from federation.api import joining_routes, public_routes, routes
from federation.flows.answers import AnswerDesk, Answering
from federation.flows.archive import Archives
from federation.flows.explain import Explaining
from federation.flows.follow_events import FollowEvents, Reading
from federation.flows.hosted import HostedStatements
from federation.flows.join import MemberProbes, OidcJoiner, RepresentedLook
from federation.flows.keep import FirstMeeting, Refusals, TrustChains
from federation.flows.key_uses import KeyUses
from federation.flows.marks import MarkVerifier
from federation.flows.monitor import ConfigurationLook, MemberLook, Monitoring
from federation.flows.own_members import OwnMembers
from federation.flows.presented import PresentedChains
from federation.flows.probe import FederationProbe
from federation.flows.protocol_keys import ProtocolKeys
from federation.flows.refresh import Attempt, Ledger, Refreshing
from federation.flows.remembered import RememberedAnswers
from federation.flows.renew import Renewal
from federation.flows.resolve import Resolution
from federation.flows.resolver import Resolver
from federation.flows.seen import SuperiorsSeen
from federation.flows.shared import SharedStatements, Silences
from federation.flows.taking import Belief, Stops, Taking
from federation.flows.verify import ChainVerifier
from federation.ports import (
    Joiner,
    Members,
    MemberWatch,
    OwnStatements,
    StatementFetch,
)
from federation.store import SqlAnswers, SqlChains, SqlExceptions, SqlSuperiors
from federation.tasks import answer_task, care_tasks, tasks
from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import EntityId
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.standing import Standing, StandingRegister
from kernel.web import Route
from kernel.work import PeriodicTask, UnitOfWork
from trustroot.keys.ports import Signer
from trustroot.registry.domain import MemberKind
from trustroot.registry.ports import MemberProbe

_PROBED: Final = (
    MemberKind.PLATFORM,
    MemberKind.IDENTITY_PROVIDER,
    MemberKind.RELYING_PARTY,
    MemberKind.ATTRIBUTE_SOURCE,
)


@dataclass(frozen=True, kw_only=True)
class _Readers:
    """Who is believed, what is kept, and the way to fetch: all in this room rests on it."""

    ours: EntityId
    db: Database
    store: SqlChains
    fetch: HttpFetch
    verifier: ChainVerifier
    chains: TrustChains
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class CareParts:
    """What refreshing, and the care that needs the register, use together."""

    superior: EntityId
    store: SqlChains
    seen: SuperiorsSeen
    stops: Stops
    fetch: HttpFetch
    probe: FederationProbe
    pages: HttpPages
    joiners: Mapping[str, Joiner]
    standing: Standing
    trail: AuditTrail
    clock: Clock


@dataclass(frozen=True)
class FederationRoom:
    """What the room offers: chains from memory, probes, and first meetings."""

    chains: TrustChains
    first_meeting: FirstMeeting
    presented: PresentedChains
    marks: MarkVerifier
    protocol_keys: ProtocolKeys
    probes: Mapping[MemberKind, MemberProbe]
    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    parts: CareParts


@dataclass(frozen=True, kw_only=True)
class Register:
    """The rooms below that are cared for: members, what is found of them, our words."""

    members: Members
    watch: MemberWatch
    statements: OwnStatements


def build(  # noqa: PLR0913  settings and drivers, each by name
    settings: Settings,
    *,
    db: Database,
    clock: Clock,
    trail: AuditTrail,
    outbound: Outbound,
    signer: Signer,
    standing: Standing,
    register: StandingRegister,
) -> FederationRoom:
    """Assemble the room; the national root is an anchor to itself."""
    readers = _readers(settings, db, clock, outbound, signer)
    parts = _parts(settings, readers, outbound, trail, standing, register)
    patient, quick = _resolutions(settings, readers)
    ledger = Ledger(trail, clock, settings.trust.refresh_ahead)
    attempt = Attempt(Renewal(patient, parts.seen, parts.stops), ledger)
    marks = MarkVerifier(readers.chains, readers.verifier.anchors, standing)
    resolver, answering = _answers(readers, signer, marks, standing)
    keys, chains = HttpKeys(outbound), readers.chains
    return FederationRoom(
        chains=chains,
        first_meeting=FirstMeeting(
            quick,
            ledger,
            readers.store,
            chains,
            Refusals(settings.trust.negative_cache, clock),
        ),
        presented=PresentedChains(readers.verifier, standing, clock),
        marks=marks,
        protocol_keys=ProtocolKeys(keys, clock),
        probes=dict.fromkeys(_PROBED, MemberProbes(parts.probe, parts.joiners)),
        routes=(
            *public_routes(resolver, readers.ours),
            *joining_routes(parts.joiners["oidc"]),
            *routes(chains, Explaining(quick), Archives(resolver, chains, keys, clock)),
        ),
        tasks=(*tasks(*_lines(readers.store, attempt, clock)), answer_task(answering)),
        parts=parts,
    )


def _readers(
    settings: Settings, db: Database, clock: Clock, outbound: Outbound, signer: Signer
) -> _Readers:
    store, fetch = SqlChains(db), HttpFetch(outbound)
    verifier = ChainVerifier(_anchors(settings, signer, fetch, clock))
    return _Readers(
        ours=EntityId(f"{settings.installation.issuer}/trust"),
        db=db,
        store=store,
        fetch=fetch,
        verifier=verifier,
        chains=TrustChains(store, verifier, clock),
        clock=clock,
    )


def _parts(  # noqa: PLR0913, PLR0917  settings and drivers
    settings: Settings,
    readers: _Readers,
    outbound: Outbound,
    trail: AuditTrail,
    standing: Standing,
    register: StandingRegister,
) -> CareParts:
    store, db, clock, pages = readers.store, readers.db, readers.clock, HttpPages(outbound)
    is_local = settings.installation.profile is not Profile.PRODUCTION
    return CareParts(
        superior=readers.ours,
        store=store,
        seen=SuperiorsSeen(store, SqlSuperiors(db), clock, frozenset({readers.ours})),
        stops=Stops(SqlExceptions(db), register, standing),
        fetch=readers.fetch,
        probe=FederationProbe(readers.fetch, readers.ours, clock),
        pages=pages,
        joiners={"oidc": OidcJoiner(pages, http_on_loopback=is_local)},
        standing=standing,
        trail=trail,
        clock=clock,
    )


def _resolutions(settings: Settings, readers: _Readers) -> tuple[Resolution, Resolution]:
    """The worker's, which waits, and that of a first meeting, which does not."""
    verifier, clock = readers.verifier, readers.clock
    shared = SharedStatements(readers.fetch, Silences(clock), clock)
    hosts = _above(settings) | {readers.ours}
    hosted = HostedStatements(shared, verifier.anchors, hosts, patient=True)
    meeting = HostedStatements(shared, verifier.anchors, hosts, patient=False)
    return Resolution(hosted, verifier, clock), Resolution(meeting, verifier, clock)


def _answers(
    readers: _Readers, signer: Signer, marks: MarkVerifier, standing: Standing
) -> tuple[Resolver, Answering]:
    """What hands answers out, and what signs them ahead."""
    answers, clock = SqlAnswers(readers.db), readers.clock
    ready, anchors = RememberedAnswers(answers, clock), readers.verifier.anchors
    desk = AnswerDesk(readers.ours, signer, marks, clock)
    return (
        Resolver(ready, readers.store, anchors, standing, clock),
        Answering(desk, readers.chains, answers, standing),
    )


def care(
    settings: Settings, room: FederationRoom, register: Register, work: UnitOfWork
) -> tuple[PeriodicTask, ...]:
    """Assemble the care that needs the register, which is built on this room's probes."""
    parts, configured = room.parts, _above(settings)
    ourselves = (EntityId(settings.installation.issuer), parts.superior)
    belief = Belief(room.chains, register.members, configured)
    taking = Taking(belief, parts.stops, parts.store, parts.trail, parts.clock)
    reading = Reading(parts.fetch, room.chains, parts.standing, parts.clock)
    return care_tasks(
        OwnMembers(register.members, parts.store, parts.clock, ourselves),
        FollowEvents(
            parts.seen, configured, reading, taking, work, ThreadCrew(4, "events")
        ),
        _monitoring(settings, parts, register),
    )


def _monitoring(settings: Settings, parts: CareParts, register: Register) -> Monitoring:
    uses = KeyUses()
    plain = ConfigurationLook(parts.probe, parts.pages, register.statements, uses)
    represented = RepresentedLook(parts.joiners, uses, parts.clock)
    return Monitoring(
        register.members,
        MemberLook(plain, represented, parts.clock),
        register.watch,
        ThreadCrew(4, "monitor"),
        parts.clock,
        settings.trust.monitor_every,
        uses,
    )


def _above(settings: Settings) -> frozenset[EntityId]:
    """Under whom we are configured to stand, and whom to believe; never ourselves."""
    anchors = (anchor.entity_id for anchor in settings.trust.anchors)
    named = {EntityId(one) for one in (*settings.trust.superiors, *anchors)}
    return frozenset(named - {EntityId(f"{settings.installation.issuer}/trust")})


def _lines(
    store: SqlChains, attempt: Attempt, clock: Clock
) -> tuple[Refreshing, Refreshing]:
    """Two lines, each with hands of its own: those in good order, and those that fail.

    All hands together are as many as may be under way to, and wait for, one host.
    """
    sound, failing = ThreadCrew(16, "refresh"), ThreadCrew(4, "retry")
    return (
        Refreshing(store, attempt, sound, clock, failing=False),
        Refreshing(store, attempt, failing, clock, failing=True),
    )


def _anchors(
    settings: Settings, signer: Signer, fetch: StatementFetch, clock: Clock
) -> Anchors:
    configured, rooted = {}, {}
    for anchor in settings.trust.anchors:
        entity = EntityId(anchor.entity_id)
        if anchor.jwks_file is not None:
            configured[entity] = read_anchor(entity, anchor.jwks_file)
        if anchor.root_file is not None:
            root = read_root(anchor.root_file)
            rooted[entity] = RootedAnchor(entity, root, fetch, clock)
    is_root = settings.installation.role is Role.NATIONAL
    own = EntityId(f"{settings.installation.issuer}/trust") if is_root else None
    return Anchors(configured, own, signer, rooted)
