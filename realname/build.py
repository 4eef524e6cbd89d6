"""Assembles the room of real-name verification."""

from dataclasses import dataclass

from config.schema import Realname
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys
from kernel.secret import Secret
from kernel.standing import Standing
from kernel.web import Route
from kernel.work import PeriodicTask
from realname.adapters.population_register import HttpPopulationRegister, NoRegister
from realname.api import routes
from realname.ports import (
    Enrolment,
    EnrolmentSeal,
    NewPeople,
    PersonNames,
    PopulationRegister,
    ProofedPerson,
)
from realname.service import (
    Approving,
    Attempts,
    Proposing,
    RealName,
    RecordSafe,
    Surroundings,
)
from realname.store.verifications import SqlAttempts, SqlVerifications
from realname.store.window import SqlProposals, SqlWindowRecords
from realname.tasks import tasks


@dataclass(frozen=True)
class RealnameRoom:
    """What the room offers."""

    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    real_name: RealName
    proposing: Proposing
    approving: Approving
    blueprints: tuple[()] = ()
    job_kinds: tuple[()] = ()


def build(  # noqa: PLR0913  what the room stands on
    settings: Realname,
    *,
    db: Database,
    clock: Clock,
    entropy: Entropy,
    ids: NewIds,
    trail: AuditTrail,
    standing: Standing,
    keys: SymmetricKeys,
    outbound: Outbound,
    people: ProofedPerson,
    newcomers: NewPeople,
    enrolment: Enrolment,
    seal: EnrolmentSeal,
    names: PersonNames,
) -> RealnameRoom:
    """Assemble the room.

    ``people`` is `idp.people.service.People`, ``enrolment`` and ``seal`` are
    `idp.people.service.Authenticators`, ``names`` is `idp.people.service.Pseudonyms`;
    ``newcomers`` is fitted over `People` and `Organisations` where the house is joined.

    Raises:
        OSError: the register's secret file is missing or may not be read.
    """
    around = Surroundings(
        work=db.unit_of_work(),
        trail=trail,
        clock=clock,
        ids=ids,
        standing=standing,
        names=names,
    )
    sealer, namer = Sealer(keys, entropy), Sealer(keys, entropy, Purpose.PERSON)
    counted = Sealer(keys, entropy, Purpose.PSEUDONYM)
    attempts = Attempts(SqlAttempts(db), counted, around)
    real_name = RealName(
        _register(settings, outbound),
        people,
        SqlVerifications(db, sealer, namer),
        attempts,
        entropy,
    )
    safe = RecordSafe(SqlProposals(db), SqlWindowRecords(db), sealer, namer, around)
    proposing = Proposing(safe, people, newcomers, seal, around)
    approving = Approving(safe, people, newcomers, enrolment, around)
    return RealnameRoom(
        routes=routes(real_name, proposing, approving),
        tasks=tasks(attempts, safe),
        real_name=real_name,
        proposing=proposing,
        approving=approving,
    )


def _register(settings: Realname, outbound: Outbound) -> PopulationRegister:
    """Return the register that the settings name; without all three there is none."""
    secret_file = settings.client_secret_file
    if settings.endpoint is None or settings.client_id is None or secret_file is None:
        return NoRegister()
    secret = Secret(secret_file.read())
    return HttpPopulationRegister(outbound, settings.endpoint, settings.client_id, secret)
