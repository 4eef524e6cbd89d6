"""Assembles the broker."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.schema import Installation
from idp.broker import tasks
from idp.broker.api import browser as browser_api
from idp.broker.api import providers as providers_api
from idp.broker.api.explanations import EXPLANATIONS, PageTable
from idp.broker.build.parts import Drivers, Neighbours, Parts, gather
from idp.broker.flows.addresses import CallbackUris
from idp.broker.flows.callback import ComeBack
from idp.broker.flows.directory import Directory
from idp.broker.flows.farewell import Farewells
from idp.broker.flows.keys import FetchAhead
from idp.broker.flows.landing import Landings
from idp.broker.flows.presence import Presence
from idp.broker.flows.providers import Providers
from idp.broker.flows.registering import RegisterAhead, Registering
from idp.broker.flows.sending import Sending
from idp.broker.flows.start import SetOut
from idp.broker.flows.upstream_logout import HearLogout
from idp.broker.flows.verifying import IdTokens, Names
from idp.broker.flows.vouching import Vouches
from kernel.infra.pages import Explanations, Pages
from kernel.web import Route
from kernel.work import JobKind, PeriodicTask

CATALOGUE: Final = Path(__file__).parent.parent / "translations"
"""For `Pages.assemble(catalogues=…)`, which stands before the rooms."""


@dataclass(frozen=True)
class BrokerRoom:
    """What the room offers.

    Attributes:
        directory: `idp.login.ports.ProviderDirectory`.
        callbacks: `idp.oidc.ports.Callbacks`.
        farewells: sends a browser that signs out here on to its upstream.
        providers: what operators do, for commands.
        vouches: `idp.oidc.ports.TrustedIssuers`.
    """

    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...]
    directory: Directory
    callbacks: CallbackUris
    farewells: Farewells
    providers: Providers
    vouches: Vouches
    explanations: Explanations
    blueprints: tuple[()] = ()


def build(installation: Installation, *, drivers: Drivers, below: Neighbours) -> BrokerRoom:
    """Assemble the room over the database; it calls nobody yet."""
    parts = gather(installation, drivers, below)
    entity = parts.ourselves.entity
    operators = Providers(parts.store, below.chains, parts.trust, entity, parts.around)
    farewells = _farewells(parts)
    api = _api(parts, farewells, drivers.pages)
    forget = tasks.Forget(parts.attempts, parts.farewells, parts.seen, drivers.clock)
    fetch = FetchAhead(parts.store, parts.trust, parts.keys)
    presence = Presence(entity, parts.store, parts.addresses, below.chains)
    return BrokerRoom(
        routes=(
            *providers_api.routes(providers_api.ProvidersApi(operators, parts.addresses)),
            *browser_api.routes(api, PageTable(drivers.pages)),
        ),
        tasks=tasks.tasks(forget, fetch, _register_ahead(parts), presence),
        job_kinds=tasks.job_kinds(farewells),
        directory=Directory(parts.store, parts.trust),
        callbacks=CallbackUris(parts.store, parts.addresses),
        farewells=farewells,
        providers=operators,
        vouches=Vouches(parts.store, parts.trust, parts.keys),
        explanations=EXPLANATIONS,
    )


def _api(parts: Parts, farewells: Farewells, pages: Pages) -> browser_api.BrokerApi:
    below = parts.below
    return browser_api.BrokerApi(
        set_out=SetOut(
            parts.store,
            parts.attempts,
            below.interactions,
            parts.trust,
            Sending(parts.ourselves, parts.federation),
            parts.addresses,
            parts.around,
        ),
        come_back=_come_back(parts),
        farewells=farewells,
        hear_logout=HearLogout(
            parts.store,
            parts.trust,
            parts.keys,
            parts.seen,
            below.sessions,
            parts.around,
        ),
        pages=pages,
    )


def _come_back(parts: Parts) -> ComeBack:
    below = parts.below
    landings = Landings(
        below.people,
        below.sessions,
        below.interactions,
        parts.trust,
        Names(parts.calls),
        parts.around,
    )
    return ComeBack(
        parts.store,
        parts.attempts,
        below.interactions,
        parts.trust,
        parts.ourselves,
        parts.calls,
        IdTokens(parts.keys, parts.around.clock),
        landings,
        parts.addresses,
        parts.around,
    )


def _register_ahead(parts: Parts) -> RegisterAhead:
    registering = Registering(
        parts.ourselves, parts.federation, parts.addresses, parts.around
    )
    return RegisterAhead(
        parts.store, parts.registrations, parts.trust, registering, parts.around
    )


def _farewells(parts: Parts) -> Farewells:
    return Farewells(
        parts.store,
        parts.farewells,
        parts.below.sessions,
        parts.below.sign_outs,
        parts.trust,
        parts.addresses,
        parts.around,
    )
