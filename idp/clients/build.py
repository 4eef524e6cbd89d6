"""Assembles the room of relying parties."""

from collections.abc import Collection
from dataclasses import dataclass

from idp.clients import api
from idp.clients.adapters.everybody import Everybody
from idp.clients.adapters.federated import FederatedClients, FederationReaders
from idp.clients.adapters.nobody import no_federation
from idp.clients.adapters.own_records import OwnClients
from idp.clients.adapters.picture_source import OutboundPictures
from idp.clients.adapters.recent import RecentClients
from idp.clients.adapters.sealed_secrets import SealedSecrets
from idp.clients.adapters.test_clients import ApplicantClients
from idp.clients.adapters.trial import OpenTrial, TrialPeopleOnly
from idp.clients.checks.oidc_registration import OWN_ALGORITHM, TOKEN_ALGORITHMS
from idp.clients.ports import ClientLookup, PagesOfClients, SharedSecrets, Trial
from idp.clients.service import (
    Clients,
    Deciding,
    Fresh,
    Pictures,
    Record,
    ShownPages,
    TrialList,
)
from idp.clients.store import (
    SqlClients,
    SqlHistory,
    SqlPictures,
    SqlProposals,
    SqlRegistrations,
    SqlTrialPeople,
)
from idp.clients.tasks import Forget, tasks
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys
from kernel.standing import StandingRegister
from kernel.web import Route
from kernel.work import PeriodicTask

__all__ = ["ClientsRoom", "FederationReaders", "build"]


@dataclass(frozen=True)
class ClientsRoom:
    """What the room offers.

    Attributes:
        clients: what one operator does, always on the present record.
        deciding: what takes two.
        secrets: of clients that sign with one (``client_secret_jwt``).
        trial: whom applications that are not live yet may serve.
        lookup: for whoever serves requests; at most 1 s old. Members are found too.
        members: relying parties that federate themselves.
        applicants: sandbox clients for who applies to be a member.
        pages: what people are shown of a relying party's own pages.
        own: records that clients enter and change themselves (RFC 7591, RFC 7592).
    """

    routes: tuple[Route, ...]
    clients: Clients
    deciding: Deciding
    secrets: SharedSecrets
    trial: Trial
    lookup: ClientLookup
    members: FederatedClients
    applicants: ApplicantClients
    pages: PagesOfClients
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
    ids: NewIds,
    keys: SymmetricKeys,
    outbound: Outbound,
    federation: FederationReaders | None = None,
    sandbox_is_open: bool = True,
    token_algorithms: Collection[str] = TOKEN_ALGORITHMS,
) -> ClientsRoom:
    """Assemble the room over the database.

    ``token_algorithms``: by which tokens are signed for who asks, besides ES256.
    ``sandbox_is_open``: applications on trial serve everybody, not only test people.
    """
    store, registrations = SqlClients(db), SqlRegistrations(db)
    members = FederatedClients(federation or no_federation(), registrations, clock)
    record, work = Record(store, SqlHistory(db), register, trail, clock), db.unit_of_work()
    secrets = SealedSecrets(Sealer(keys, entropy, Purpose.SEAL))
    algorithms = frozenset({OWN_ALGORITHM, *token_algorithms})
    clients = Clients(record, secrets, work, Fresh(clock, entropy), algorithms)
    deciding = Deciding(clients, SqlProposals(db), ids)
    people, kept = SqlTrialPeople(db), SqlPictures(db)
    pictures = Pictures(kept, OutboundPictures(outbound), trail, work, clock)
    listed = TrialList(people, trail, work, clock, is_open=sandbox_is_open)
    return ClientsRoom(
        routes=api.routes(clients, deciding, listed, pictures),
        clients=clients,
        deciding=deciding,
        secrets=secrets,
        trial=OpenTrial() if sandbox_is_open else TrialPeopleOnly(people),
        lookup=RecentClients(Everybody(store, members), clock),
        members=members,
        applicants=ApplicantClients(clients),
        pages=ShownPages(kept),
        own=OwnClients(clients, store, pictures, trail, work),
        tasks=tasks(Forget(registrations, kept, clock)),
    )
