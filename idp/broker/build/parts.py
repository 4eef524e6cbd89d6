"""What the broker stands on, and the pieces that its flows share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.schema import Installation
from idp.broker import tasks
from idp.broker.adapters.federation import OutboundFederation
from idp.broker.adapters.represented import RegisteredMembers
from idp.broker.adapters.upstream import AuthlibUpstream
from idp.broker.api import browser as browser_api
from idp.broker.api import providers as providers_api
from idp.broker.api.explanations import EXPLANATIONS, PageTable
from idp.broker.flows.addresses import Addresses, CallbackUris
from idp.broker.flows.callback import ComeBack
from idp.broker.flows.directory import Directory
from idp.broker.flows.everybody import Everybody, OurNames
from idp.broker.flows.farewell import Farewells
from idp.broker.flows.keys import FetchAhead, UpstreamKeys
from idp.broker.flows.landing import Landings
from idp.broker.flows.ourselves import Chance, Ourselves
from idp.broker.flows.presence import Presence
from idp.broker.flows.providers import Providers
from idp.broker.flows.registering import RegisterAhead, Registering
from idp.broker.flows.sending import Sending
from idp.broker.flows.start import SetOut, Surroundings
from idp.broker.flows.trust import Trust
from idp.broker.flows.upstream_logout import HearLogout
from idp.broker.flows.verifying import IdTokens, Names
from idp.broker.ports import Chains, Register
from idp.broker.store.attempts import SqlAttempts, SqlFarewells
from idp.broker.store.keys import SqlKeys, SqlSeenLogouts
from idp.broker.store.providers import SqlProviders
from idp.broker.store.registrations import SqlRegistrations
from idp.people.service import People
from idp.session.service import Interactions, Sessions, SignOuts
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.ids import EntityId
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.infra.pages import Explanations, Pages
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys
from kernel.standing import Standing
from kernel.web import Route
from kernel.work import JobKind, PeriodicTask
from trustroot.keys.ports import Signer


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """What the rooms below lend to this one."""

    chains: Chains
    register: Register
    signer: Signer
    people: People
    interactions: Interactions
    sessions: Sessions
    sign_outs: SignOuts


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What the room stands on."""

    db: Database
    clock: Clock
    entropy: Entropy
    keys: SymmetricKeys
    trail: AuditTrail
    standing: Standing
    outbound: Outbound
    pages: Pages


@dataclass(frozen=True)
class Parts:
    """Pieces that several flows share."""

    below: Neighbours
    around: Surroundings
    store: Everybody
    registrations: SqlRegistrations
    ourselves: Ourselves
    trust: Trust
    keys: UpstreamKeys
    calls: AuthlibUpstream
    federation: OutboundFederation
    addresses: Addresses
    attempts: SqlAttempts
    seen: SqlSeenLogouts
    farewells: SqlFarewells


def gather(installation: Installation, drivers: Drivers, below: Neighbours) -> Parts:
    """Make the pieces that several flows share."""
    db, sealer = drivers.db, Sealer(drivers.keys, drivers.entropy, Purpose.SEAL)
    plain_http = installation.issuer.startswith("http://")
    calls, addresses = AuthlibUpstream(drivers.outbound), Addresses(installation.issuer)
    around = Surroundings(
        work=db.unit_of_work(),
        trail=drivers.trail,
        clock=drivers.clock,
        entropy=drivers.entropy,
    )
    entity, registrations = EntityId(installation.issuer), SqlRegistrations(db)
    store = Everybody(
        SqlProviders(db, sealer),
        RegisteredMembers(below.register, sealer, drivers.clock),
        OurNames(entity, registrations, drivers.clock),
    )
    return Parts(
        below=below,
        around=around,
        registrations=registrations,
        ourselves=_ourselves(entity, store, addresses, drivers, below),
        store=store,
        trust=Trust(below.chains, drivers.standing, plain_http),
        keys=UpstreamKeys(SqlKeys(db), calls, drivers.clock),
        calls=calls,
        federation=OutboundFederation(drivers.outbound),
        addresses=addresses,
        attempts=SqlAttempts(db, sealer),
        seen=SqlSeenLogouts(db),
        farewells=SqlFarewells(db),
    )


def _ourselves(
    entity: EntityId,
    store: Everybody,
    addresses: Addresses,
    drivers: Drivers,
    below: Neighbours,
) -> Ourselves:
    chance = Chance(drivers.clock, drivers.entropy)
    return Ourselves(entity, store, addresses, below.chains, below.signer, chance)
