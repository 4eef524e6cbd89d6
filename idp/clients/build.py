"""Assembles the room of relying parties."""

from dataclasses import dataclass

from idp.clients import api
from idp.clients.adapters.everybody import Everybody
from idp.clients.adapters.federated import FederatedClients, FederationReaders
from idp.clients.adapters.nobody import no_federation
from idp.clients.adapters.own_records import OwnClients
from idp.clients.adapters.recent import RecentClients
from idp.clients.adapters.test_clients import ApplicantClients
from idp.clients.ports import ClientLookup
from idp.clients.service import Clients, Fresh
from idp.clients.store import SqlClients, SqlRegistrations
from idp.clients.tasks import Forget, tasks
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.infra.db import Database
from kernel.standing import StandingRegister
from kernel.web import Route
from kernel.work import PeriodicTask

__all__ = ["ClientsRoom", "FederationReaders", "build"]


@dataclass(frozen=True)
class ClientsRoom:
    """What the room offers.

    Attributes:
        clients: what operators do, always on the present record.
        lookup: for whoever serves requests; at most 1 s old. Members are found too.
        members: relying parties that federate themselves.
        applicants: sandbox clients for who applies to be a member.
        own: records that clients enter and change themselves (RFC 7591, RFC 7592).
    """

    routes: tuple[Route, ...]
    clients: Clients
    lookup: ClientLookup
    members: FederatedClients
    applicants: ApplicantClients
    own: OwnClients
    tasks: tuple[PeriodicTask, ...]
    blueprints: tuple[()] = ()
    job_kinds: tuple[()] = ()


def build(  # noqa: PLR0913  the drivers, each by name
    *,
    db: Database,
    clock: Clock,
    entropy: Entropy,
    register: StandingRegister,
    trail: AuditTrail,
    federation: FederationReaders | None = None,
) -> ClientsRoom:
    """Assemble the room over the database."""
    store, registrations = SqlClients(db), SqlRegistrations(db)
    members = FederatedClients(federation or no_federation(), registrations, clock)
    clients = Clients(store, register, trail, db.unit_of_work(), Fresh(clock, entropy))
    return ClientsRoom(
        routes=api.routes(clients),
        clients=clients,
        lookup=RecentClients(Everybody(store, members), clock),
        members=members,
        applicants=ApplicantClients(clients),
        own=OwnClients(clients, store, trail, db.unit_of_work()),
        tasks=tasks(Forget(registrations, clock)),
    )
