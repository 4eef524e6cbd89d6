"""Assembles the room of interactions, sessions and sign-outs."""

from dataclasses import dataclass

from config.schema import Oidc
from idp.clients.ports import ClientLookup
from idp.people.service import Pseudonyms
from idp.session import api, tasks
from idp.session.domain import Lifetimes
from idp.session.service import (
    BackChannels,
    Interactions,
    Sessions,
    SignOuts,
    StandingFollower,
    Surroundings,
)
from idp.session.store.interactions import SqlInteractions
from idp.session.store.sessions import SqlSessions
from idp.session.store.sign_outs import SqlFollowedNumber, SqlSignOuts
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys
from kernel.standing import Standing
from kernel.web import Route
from kernel.work import JobQueue, PeriodicTask


@dataclass(frozen=True)
class SessionRoom:
    """What the room offers; ``around`` is shared by sign-in and consent."""

    interactions: Interactions
    sessions: Sessions
    sign_outs: SignOuts
    around: Surroundings
    tasks: tuple[PeriodicTask, ...]
    routes: tuple[Route, ...]
    blueprints: tuple[()] = ()
    job_kinds: tuple[()] = ()


def build(  # noqa: PLR0913  what the room stands on
    settings: Oidc,
    *,
    db: Database,
    clock: Clock,
    entropy: Entropy,
    ids: NewIds,
    trail: AuditTrail,
    standing: Standing,
    jobs: JobQueue,
    keys: SymmetricKeys,
    pseudonyms: Pseudonyms,
    clients: ClientLookup,
) -> SessionRoom:
    """Assemble the room over the database."""
    around = Surroundings(
        work=db.unit_of_work(),
        trail=trail,
        clock=clock,
        entropy=entropy,
        ids=ids,
        pseudonyms=pseudonyms,
        lifetimes=Lifetimes(
            interaction=settings.interaction_lifetime,
            session_idle=settings.session_idle,
            session_absolute=settings.session_lifetime,
        ),
    )
    interactions = SqlInteractions(db)
    store = SqlSessions(db, Sealer(keys, entropy, Purpose.SEAL))
    told = SqlSignOuts(db)
    sign_outs = SignOuts(told, store, jobs, BackChannels(clients), around)
    sessions = Sessions(store, sign_outs, standing, around)
    follower = StandingFollower(standing, SqlFollowedNumber(db), sessions, store, around)
    forget = tasks.Forget(interactions, store, told, around.work, clock)
    return SessionRoom(
        interactions=Interactions(interactions, around),
        sessions=sessions,
        sign_outs=sign_outs,
        around=around,
        tasks=tasks.tasks(follower, forget),
        routes=api.routes(sign_outs),
    )
