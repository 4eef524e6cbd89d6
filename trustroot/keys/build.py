"""Assembles the keys from settings and drivers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from config.keyring import Keys, Pkcs11
from config.words import SecretFile
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.infra.db import Database
from kernel.infra.standing_store import SqlStanding
from kernel.secret import Secret
from kernel.standing import StandingRegister
from kernel.web import Route
from kernel.work import JobKind, JobQueue, PeriodicTask
from trustroot.keys.adapters.ceremony_files import Folder
from trustroot.keys.adapters.endorsement_file import EndorsementFile
from trustroot.keys.adapters.file_vault import FileVault
from trustroot.keys.adapters.routed_vault import RoutedVault
from trustroot.keys.api import routes
from trustroot.keys.domain import RULES, TOKEN_PURPOSES, Purpose, RoleGroup, Timings
from trustroot.keys.errors import KeyFileUnreadable
from trustroot.keys.ports import AnchorAtWork, EndorsedKeys, Passphrases, Vault
from trustroot.keys.service import (
    Books,
    Distrusting,
    History,
    KeyCare,
    KeyDesk,
    KeyRing,
    RepresentedKeys,
)
from trustroot.keys.service.ceremony import Holding
from trustroot.keys.service.ceremony_steps import CeremonySteps
from trustroot.keys.store import SqlActs, SqlKeyStore
from trustroot.keys.tasks import job_kinds, tasks

__all__ = ["KeysRoom", "RoleGroup", "build"]


@dataclass(frozen=True)
class KeysRoom:
    """What the room offers; ``ring`` is the `Signer` and the `SymmetricKeys` of all others.

    ``tasks``, ``job_kinds``, ``care`` and signing by ``represented`` work in a process of
    the worker group only.
    """

    ring: KeyRing
    care: KeyCare
    desk: KeyDesk
    distrusting: Distrusting
    history: History
    represented: RepresentedKeys
    endorsements: EndorsementFile
    routes: tuple[Route, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...]
    blueprints: tuple[()] = ()


def build(  # noqa: PLR0913  settings and drivers, each by name
    settings: Keys,
    *,
    group: RoleGroup,
    db: Database,
    clock: Clock,
    entropy: Entropy,
    trail: AuditTrail,
    jobs: JobQueue,
    register: StandingRegister | None = None,
    statements: timedelta = timedelta(0),
    token_algorithms: Sequence[str] = (),
) -> KeysRoom:
    """Open the vault files that a process of ``group`` may open; reads only the secrets.

    ``token_algorithms`` are those by which tokens are signed besides the first one.
    ``register`` is where this process changes standing, so that it sees a distrust at
    once (without it, as quickly as others do); ``statements`` the longest life of a
    statement in which our keys stand.

    Raises:
        KeyFileUnreadable: a secret file is missing or may not be read.
        VaultSecretTooWeak: a secret has fewer than 256 bits.
    """
    store, work = SqlKeyStore(db), db.unit_of_work()
    books = Books(store=store, acts=SqlActs(db), work=work, trail=trail, clock=clock)
    vault = _vault(settings, group, entropy)
    purposes = purposes_of(token_algorithms)
    ring = KeyRing(store, vault, clock, purposes)
    endorsements = EndorsementFile(settings.endorsement_file, ring, clock)
    timings = Timings(statements=statements, anchor_period=settings.anchor_rotation)
    care = _care(books, vault, timings, endorsements)
    care = replace(care, purposes=purposes)
    desk = KeyDesk(books=books, jobs=jobs, timings=timings, endorsed=endorsements)
    distrusting = Distrusting(books, register or SqlStanding(db, clock))
    history = History(store)
    return KeysRoom(
        ring=ring,
        care=care,
        desk=desk,
        distrusting=distrusting,
        history=history,
        represented=RepresentedKeys(ring, care),
        endorsements=endorsements,
        routes=routes(desk, distrusting, history),
        tasks=tasks(care, distrusting),
        job_kinds=job_kinds(care),
    )


def _care(books: Books, vault: Vault, timings: Timings, endorsed: EndorsedKeys) -> KeyCare:
    return KeyCare(
        store=books.store,
        vault=vault,
        work=books.work,
        trail=books.trail,
        clock=books.clock,
        timings=timings,
        endorsed=endorsed,
    )


def ceremonies(
    folder: Path, passphrases: Passphrases, anchor: AnchorAtWork | None, clock: Clock
) -> Holding:
    """Return what holds ceremonies in a folder; ``anchor`` None where no network is."""
    files = Folder(folder)
    return Holding(CeremonySteps(files, passphrases, anchor, clock), files, clock)


def purposes_of(token_algorithms: Sequence[str]) -> tuple[Purpose, ...]:
    """Return what an installation has keys for that signs tokens by these algorithms."""
    chosen = (TOKEN_PURPOSES[algorithm] for algorithm in token_algorithms)
    return tuple(dict.fromkeys((*RULES, *chosen)))


def _vault(settings: Keys, group: RoleGroup, entropy: Entropy) -> Vault:
    files = FileVault(settings.vault_dir, _secrets(settings, group), entropy)
    if group is not RoleGroup.WORKER or not settings.pkcs11:
        return files
    return RoutedVault(modules(settings.pkcs11, entropy), files)


def modules(settings: Sequence[Pkcs11], entropy: Entropy) -> dict[Purpose, Vault]:
    """Return the tokens by purpose: for the worker, a serving process never reads a PIN.

    Raises:
        KeyFileUnreadable: a PIN file is missing or may not be read.
    """
    # Where no module is set, its library need not be installed.
    from trustroot.keys.adapters.pkcs11_token import token_of  # noqa: PLC0415  only where there is a token
    from trustroot.keys.adapters.pkcs11_vault import Pkcs11Vault  # noqa: PLC0415  only where there is a token

    vaults: dict[Purpose, Vault] = {}
    for each in settings:
        pin = _read(each.pin_file, RoleGroup.WORKER)
        vault = Pkcs11Vault(token_of(each.module, each.token), pin, entropy)
        vaults.update({Purpose(purpose.value): vault for purpose in each.purposes})
    return vaults


def _secrets(settings: Keys, group: RoleGroup) -> dict[RoleGroup, Secret]:
    """The worker opens everything; a serving process never reads the worker's secret."""
    opened = {RoleGroup.SERVE: _read(settings.serve_secret_file, RoleGroup.SERVE)}
    if group is RoleGroup.WORKER:
        opened[RoleGroup.WORKER] = _read(settings.worker_secret_file, RoleGroup.WORKER)
    return opened


def _read(file: SecretFile, group: RoleGroup) -> Secret:
    try:
        return Secret(file.read())
    except (OSError, UnicodeDecodeError) as cause:
        purposes = ", ".join(p.value for p, rule in RULES.items() if rule.group is group)
        detail = f"secret file {file.path} (opens the purposes {purposes}): {cause}"
        raise KeyFileUnreadable(detail) from cause
