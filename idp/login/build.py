"""Assembles the room of signing in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.schema import Limits
from idp.clients.ports import ClientLookup, PagesOfClients
from idp.login import tasks
from idp.login.adapters.password_pool import PasswordPool
from idp.login.adapters.real_name import RealNameByService, TwoElementCheck
from idp.login.adapters.time_codes import PyotpCodes
from idp.login.domain import LockoutRules
from idp.login.ports import CertificateCheck, ProviderDirectory, RealNameCheck
from idp.login.service import (
    Arrivals,
    CertificateSignIn,
    CodeStep,
    CountNames,
    Lockout,
    OrganisationStep,
    PasswordSignIn,
    RealNameStep,
    Registration,
)
from idp.login.store import SqlChallenges, SqlFailureCounts, SqlPendingFactors
from idp.login.views import EXPLANATIONS, Blueprint, Desk, Steps, blueprint
from idp.people.ports import PasswordHashing
from idp.people.service import Authenticators, Organisations, People
from idp.session.service import Interactions, Sessions, Surroundings
from kernel.entropy import Entropy
from kernel.errors import DomainError
from kernel.infra.db import Database
from kernel.infra.pages import Explanation, PagesSettings
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys
from kernel.work import PeriodicTask

CATALOGUE: Final = Path(__file__).parent / "translations"
"""For `Pages.assemble(catalogues=…)`, which stands before the rooms."""


@dataclass(frozen=True)
class LoginRoom:
    """What the room offers."""

    blueprints: tuple[Blueprint, ...]
    explanations: Mapping[type[DomainError], Explanation]
    tasks: tuple[PeriodicTask, ...]
    codes: PyotpCodes
    lockout: Lockout
    password: PasswordSignIn
    routes: tuple[()] = ()
    job_kinds: tuple[()] = ()


def password_pool(settings: Limits, entropy: Entropy) -> PasswordPool:
    """Return the pool of this process; `idp.people` is assembled with it too.

    Raises:
        HashCoresMissing: this machine has no such core.
    """
    return PasswordPool(
        at_once=settings.hash_threads,
        waiting=settings.hash_queue,
        cores=frozenset(settings.hash_cores),
        entropy=entropy,
    )


def real_names_by(verification: TwoElementCheck) -> RealNameCheck:
    """Return the real-name step's check over the room of real-name verification."""
    return RealNameByService(verification)


def build(  # noqa: PLR0913  what the room stands on
    settings: Limits,
    *,
    db: Database,
    entropy: Entropy,
    keys: SymmetricKeys,
    hashing: PasswordHashing,
    around: Surroundings,
    people: People,
    authenticators: Authenticators,
    organisations: Organisations,
    interactions: Interactions,
    sessions: Sessions,
    clients: ClientLookup,
    shown: PagesOfClients,
    directory: ProviderDirectory,
    certificates: CertificateCheck,
    real_names: RealNameCheck,
    pages: PagesSettings,
    issuer: str,
    agent: str,
) -> LoginRoom:
    """Assemble the room.

    ``around`` is of `idp.session.build.SessionRoom`, ``issuer`` is named in certificate
    challenges, ``agent`` is the base address of the certificate agent on people's own
    machines.
    """
    counts, pending = SqlFailureCounts(db), SqlPendingFactors(db)
    challenges, codes = SqlChallenges(db), PyotpCodes(entropy)
    rules = LockoutRules(failures=settings.login_failures, window=settings.login_window)
    names = CountNames(Sealer(keys, entropy, Purpose.PSEUDONYM))
    lockout = Lockout(counts, names, around, rules)
    arrivals = Arrivals(people, authenticators, sessions, interactions)
    steps = Steps(
        password=PasswordSignIn(arrivals, hashing, lockout, pending),
        code=CodeStep(arrivals, codes, lockout, pending),
        certificate=CertificateSignIn(
            arrivals=arrivals,
            organisations=organisations,
            challenges=challenges,
            check=certificates,
            around=around,
            issuer=issuer,
        ),
        real_name=RealNameStep(arrivals, real_names, lockout),
        registration=Registration(arrivals, lockout),
        organisation=OrganisationStep(arrivals),
    )
    desk = Desk(
        steps=steps,
        arrivals=arrivals,
        clients=clients,
        shown=shown,
        directory=directory,
        settings=pages,
        agent=agent,
    )
    forget = tasks.Forget(counts, pending, challenges, around.work, around.clock)
    return LoginRoom(
        blueprints=(blueprint(desk),),
        explanations=EXPLANATIONS,
        tasks=tasks.tasks(forget),
        codes=codes,
        lockout=lockout,
        password=steps.password,
    )
