"""Assembles the readers of the federation."""

import json
from dataclasses import dataclass

from config.schema import Settings
from federation.adapters.http_fetch import HttpFetch
from federation.api import routes
from federation.domain import Anchor
from federation.flows.keep import FirstMeeting, Refreshing, TrustChains
from federation.flows.probe import FederationProbe
from federation.flows.resolve import Resolution
from federation.flows.verify import ChainVerifier
from federation.store import SqlChains
from federation.tasks import tasks
from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import EntityId
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.proof.jose import KeySet
from kernel.web import Route
from kernel.work import PeriodicTask


@dataclass(frozen=True)
class FederationRoom:
    """What the room offers: chains from memory, the probe, and first meetings."""

    chains: TrustChains
    first_meeting: FirstMeeting
    probe: FederationProbe
    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]


def build(  # noqa: PLR0913  settings and drivers, each by name
    settings: Settings,
    *,
    db: Database,
    clock: Clock,
    trail: AuditTrail,
    outbound: Outbound,
    own_anchor: Anchor | None,
) -> FederationRoom:
    """Assemble the room.

    ``own_anchor`` is our own trust entity with its published keys where we are the root;
    every other anchor's keys were handed to the operator and stand in the settings.
    """
    verifier = ChainVerifier(_anchors(settings, own_anchor))
    store, fetch = SqlChains(db), HttpFetch(outbound)
    chains = TrustChains(store, verifier, clock)
    refreshing = Refreshing(
        store,
        Resolution(fetch, verifier, clock),
        trail,
        clock,
        settings.trust.refresh_ahead,
    )
    return FederationRoom(
        chains=chains,
        first_meeting=FirstMeeting(refreshing, chains),
        probe=FederationProbe(
            fetch, EntityId(f"{settings.installation.issuer}/trust"), clock
        ),
        routes=routes(chains),
        tasks=tasks(refreshing),
    )


def _anchors(settings: Settings, own: Anchor | None) -> dict[EntityId, Anchor]:
    anchors = [
        Anchor(
            EntityId(anchor.entity_id),
            KeySet.parse(json.loads(anchor.jwks_file.read_text(encoding="utf-8"))),
        )
        for anchor in settings.trust.anchors
    ]
    if own is not None:
        anchors.append(own)
    return {anchor.entity: anchor for anchor in anchors}
