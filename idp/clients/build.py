"""Assembles the room of relying parties."""

from dataclasses import dataclass

from idp.clients import api
from idp.clients.adapters.recent import RecentClients
from idp.clients.ports import ClientLookup
from idp.clients.service import Clients, Fresh
from idp.clients.store import SqlClients
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.infra.db import Database
from kernel.standing import StandingRegister
from kernel.web import Route


@dataclass(frozen=True)
class ClientsRoom:
    """What the room offers.

    Attributes:
        clients: what operators do, always on the present record.
        lookup: for whoever serves requests; at most 1 s old.
    """

    routes: tuple[Route, ...]
    clients: Clients
    lookup: ClientLookup
    blueprints: tuple[()] = ()
    tasks: tuple[()] = ()
    job_kinds: tuple[()] = ()


def build(
    *,
    db: Database,
    clock: Clock,
    entropy: Entropy,
    register: StandingRegister,
    trail: AuditTrail,
) -> ClientsRoom:
    """Assemble the room over the database."""
    store = SqlClients(db)
    clients = Clients(store, register, trail, db.unit_of_work(), Fresh(clock, entropy))
    return ClientsRoom(
        routes=api.routes(clients), clients=clients, lookup=RecentClients(store, clock)
    )
