"""Assembles the keys from settings and drivers."""

from dataclasses import dataclass

from config.schema import Keys
from config.words import SecretFile
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.infra.db import Database
from kernel.secret import Secret
from kernel.web import Route
from kernel.work import JobKind, JobQueue, PeriodicTask
from trustroot.keys.adapters.file_vault import FileVault
from trustroot.keys.api import routes
from trustroot.keys.domain import RULES, RoleGroup
from trustroot.keys.errors import KeyFileUnreadable
from trustroot.keys.service import KeyCare, KeyDesk, KeyRing
from trustroot.keys.store import SqlKeyStore
from trustroot.keys.tasks import job_kinds, tasks

__all__ = ["KeysRoom", "RoleGroup", "build"]


@dataclass(frozen=True)
class KeysRoom:
    """What the room offers; ``ring`` is the `Signer` and the `SymmetricKeys` of all others.

    ``tasks``, ``job_kinds`` and ``care`` work in a process of the worker group only.
    """

    ring: KeyRing
    care: KeyCare
    desk: KeyDesk
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
) -> KeysRoom:
    """Open the vault files that a process of ``group`` may open; reads only the secrets.

    Raises:
        KeyFileUnreadable: a secret file is missing or may not be read.
        VaultSecretTooWeak: a secret has fewer than 256 bits.
    """
    store, work = SqlKeyStore(db), db.unit_of_work()
    vault = FileVault(settings.vault_dir, _secrets(settings, group), entropy)
    care = KeyCare(store=store, vault=vault, work=work, trail=trail, clock=clock)
    desk = KeyDesk(store=store, jobs=jobs, work=work, trail=trail)
    return KeysRoom(
        ring=KeyRing(store, vault, clock),
        care=care,
        desk=desk,
        routes=routes(desk),
        tasks=tasks(care),
        job_kinds=job_kinds(care),
    )


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
