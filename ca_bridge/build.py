"""Assembles the bridge from settings and drivers."""

from dataclasses import dataclass

from ca_bridge.adapters.revocation_fetch import HttpRevocationFetch
from ca_bridge.api import routes
from ca_bridge.service import (
    Alarms,
    Authorities,
    CertificateChecks,
    Deciding,
    ListPublication,
    ListSigning,
    Revocations,
)
from ca_bridge.store.authorities import SqlAuthorities, SqlEditions, SqlProposals
from ca_bridge.store.revocation import SqlRevocations
from ca_bridge.tasks import tasks
from config.schema import CaBridge
from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.standing import Standing, StandingRegister
from kernel.web import Route
from kernel.work import PeriodicTask
from trustroot.keys.ports import Signer


@dataclass(frozen=True)
class CaBridgeRoom:
    """What the room offers; ``tasks`` work in a process that opens the list key only."""

    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    checks: CertificateChecks
    authorities: Authorities
    deciding: Deciding
    publication: ListPublication
    blueprints: tuple[()] = ()
    job_kinds: tuple[()] = ()


def build(  # noqa: PLR0913  what the room stands on
    settings: CaBridge,
    *,
    issuer: str,
    db: Database,
    clock: Clock,
    ids: NewIds,
    trail: AuditTrail,
    standing: Standing,
    register: StandingRegister,
    signer: Signer,
    outbound: Outbound,
) -> CaBridgeRoom:
    """Assemble the room; ``issuer`` is named in the signed list."""
    work, store = db.unit_of_work(), SqlAuthorities(db)
    editions, revoked = SqlEditions(db), SqlRevocations(db)
    authorities = Authorities(store, register, trail, clock)
    deciding = Deciding(authorities, SqlProposals(db), work, ids)
    publication = ListPublication(editions, clock)
    signing = ListSigning(
        authorities=store,
        editions=editions,
        signer=signer,
        work=work,
        trail=trail,
        clock=clock,
        issuer=issuer,
        lifetime=settings.list_lifetime,
    )
    revocations = Revocations(
        authorities=store,
        store=revoked,
        source=HttpRevocationFetch(outbound),
        work=work,
        trail=trail,
        clock=clock,
        refresh=settings.crl_refresh,
    )
    return CaBridgeRoom(
        routes=routes(authorities, deciding, publication),
        tasks=tasks(signing, revocations, Alarms(authorities, work)),
        checks=CertificateChecks(store, revoked, standing),
        authorities=authorities,
        deciding=deciding,
        publication=publication,
    )
