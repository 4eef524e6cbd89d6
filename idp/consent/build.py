"""Assembles the room of consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from idp.clients.ports import ClientLookup, PagesOfClients, Trial
from idp.consent import tasks
from idp.consent.service import Consents
from idp.consent.store import SqlReceipts
from idp.consent.views import EXPLANATIONS, Blueprint, Desk, blueprint
from idp.people.service import People
from idp.session.service import Interactions, Sessions, Surroundings
from kernel.errors import DomainError
from kernel.infra.db import Database
from kernel.infra.pages import Explanation, PagesSettings
from kernel.work import PeriodicTask

CATALOGUE: Final = Path(__file__).parent / "translations"
"""For `Pages.assemble(catalogues=…)`, which stands before the rooms."""


@dataclass(frozen=True)
class ConsentRoom:
    """What the room offers."""

    consents: Consents
    blueprints: tuple[Blueprint, ...]
    explanations: Mapping[type[DomainError], Explanation]
    tasks: tuple[PeriodicTask, ...]
    routes: tuple[()] = ()
    job_kinds: tuple[()] = ()


def build(  # noqa: PLR0913  what the room stands on
    *,
    db: Database,
    around: Surroundings,
    clients: ClientLookup,
    trial: Trial,
    shown: PagesOfClients,
    people: People,
    sessions: Sessions,
    interactions: Interactions,
    pages: PagesSettings,
) -> ConsentRoom:
    """Assemble the room.

    ``around`` is of `idp.session.build.SessionRoom`, ``trial`` of
    `idp.clients.build.ClientsRoom`.
    """
    store = SqlReceipts(db)
    consents = Consents(store, clients, trial, shown, around)
    desk = Desk(
        consents=consents,
        people=people,
        sessions=sessions,
        interactions=interactions,
        settings=pages,
        clock=around.clock,
    )
    return ConsentRoom(
        consents=consents,
        blueprints=(blueprint(desk),),
        explanations=EXPLANATIONS,
        tasks=tasks.tasks(tasks.Forget(store, around.clock)),
    )
