"""Assembles the room of people."""

from dataclasses import dataclass

from idp.people import api
from idp.people.ports import PasswordHashing
from idp.people.service import (
    Authenticators,
    Entering,
    Imports,
    Newcomers,
    Organisations,
    People,
    Pseudonyms,
    Surroundings,
)
from idp.people.store.authenticators import SqlAuthenticators
from idp.people.store.imports import SqlImports
from idp.people.store.links import SqlLinks
from idp.people.store.organisations import SqlOrganisations
from idp.people.store.people import SqlPeople
from idp.people.tasks import job_kinds
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys
from kernel.standing import StandingRegister
from kernel.web import Route
from kernel.work import JobKind, JobQueue


@dataclass(frozen=True)
class PeopleRoom:
    """What the room offers."""

    routes: tuple[Route, ...]
    people: People
    authenticators: Authenticators
    organisations: Organisations
    pseudonyms: Pseudonyms
    newcomers: Newcomers
    job_kinds: tuple[JobKind, ...]
    blueprints: tuple[()] = ()
    tasks: tuple[()] = ()


def build(  # noqa: PLR0913  what the room stands on
    *,
    db: Database,
    clock: Clock,
    entropy: Entropy,
    ids: NewIds,
    trail: AuditTrail,
    register: StandingRegister,
    keys: SymmetricKeys,
    hashing: PasswordHashing,
    jobs: JobQueue,
) -> PeopleRoom:
    """Assemble the room; ``hashing`` is `idp.login.adapters.password_pool.PasswordPool`."""
    sealer = Sealer(keys, entropy, Purpose.SEAL)
    pseudonyms = Pseudonyms(Sealer(keys, entropy, Purpose.PSEUDONYM))
    work = db.unit_of_work()
    around = Surroundings(work=work, trail=trail, clock=clock, ids=ids, register=register)
    organisations = SqlOrganisations(db)
    store = SqlPeople(db, sealer, Sealer(keys, entropy, Purpose.PERSON))
    people = People(store, SqlLinks(db), organisations, pseudonyms, around)
    means = Authenticators(SqlAuthenticators(db, sealer), hashing, pseudonyms, around)
    bodies = Organisations(organisations, pseudonyms, around)
    batches = SqlImports(db, sealer)
    imports = Imports(store=batches, people=people, jobs=jobs)
    entering = Entering(
        store=batches, people=people, means=means, organisations=bodies, jobs=jobs
    )
    return PeopleRoom(
        routes=api.routes(
            api.PeopleApi(people, means, work),
            api.OrganisationsApi(bodies),
            api.ImportsApi(imports),
        ),
        people=people,
        authenticators=means,
        organisations=bodies,
        pseudonyms=pseudonyms,
        newcomers=Newcomers(people, bodies),
        job_kinds=job_kinds(entering),
    )
