"""What an installation needs on its machine, looked at one by one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from config.schema import Settings
from kernel.errors import DomainError, Unavailable
from kernel.events import Stream
from kernel.infra.db import Database
from server import drivers
from server.listening import inside_place, listens, public_place
from server.migrations import current, head, require_current
from server.named_files import file_problems
from trustroot.keys.domain import RoleGroup

_PRIVATE: Final = 0o077
_BUILT_AFTER: Final = datetime(2025, 1, 1, tzinfo=UTC)
_TOLERANCE: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: ``ok``, ``wrong`` or ``unknown``, and what to do about it."""

    check: str
    state: str
    found: str
    advice: str = ""


def examined(settings: Settings) -> Iterator[Finding]:
    """Look at everything; a look that fails says so and the next goes on."""
    yield Finding(
        "settings",
        "ok",
        f"{settings.installation.issuer}, {settings.installation.profile.value}",
    )
    for check, look in _LOOKS.items():
        try:
            yield from look(settings)
        except Unavailable as failure:
            yield Finding(
                check, "unknown", f"{failure.code}: {failure.detail}", "is it running?"
            )
        except (DomainError, OSError) as failure:
            yield Finding(
                check, "wrong", str(failure) or type(failure).__name__, "see above"
            )


def _files(settings: Settings) -> Iterator[Finding]:
    secrets = {
        "keys.serve_secret_file": settings.keys.serve_secret_file.path,
        "keys.worker_secret_file": settings.keys.worker_secret_file.path,
    }
    for name, path in secrets.items():
        yield _private(name, path)
    folder = settings.keys.vault_dir
    there = folder.is_dir()
    advice = "" if there else "run: trusthub init"
    yield Finding("keys.vault_dir", "ok" if there else "wrong", str(folder), advice)
    for problem in file_problems(settings, RoleGroup.SERVE):
        yield Finding(
            problem.key, "wrong", problem.reason, "correct the setting or the file"
        )


def _private(name: str, path: Path) -> Finding:
    if not path.exists():
        return Finding(name, "wrong", f"{path} is missing", "run: trusthub init")
    if path.stat().st_mode & _PRIVATE:
        return Finding(name, "wrong", f"{path} can be read by others", f"chmod 600 {path}")
    return Finding(name, "ok", str(path))


def _database(settings: Settings) -> Iterator[Finding]:
    database = drivers.open_database(settings)
    try:
        found = current(database)
    finally:
        database.close()
    if found == head():
        yield Finding("database", "ok", f"schema {found}")
    else:
        yield Finding(
            "database", "wrong", f"schema {found}, not {head()}", "run: trusthub migrate"
        )


def _keys(settings: Settings) -> Iterator[Finding]:
    from trustroot.keys.domain import RULES, KeyState  # noqa: PLC0415  after the tables
    from trustroot.keys.store import SqlKeyStore  # noqa: PLC0415  same

    with _tables(settings) as database:
        records = SqlKeyStore(database).records()
    active = {record.purpose for record in records if record.state is KeyState.ACTIVE}
    missing = sorted(purpose.value for purpose in RULES if purpose not in active)
    if missing:
        found = f"none active for {', '.join(missing)}"
        yield Finding("keys", "wrong", found, "run: trusthub init")
    else:
        yield Finding("keys", "ok", f"{len(active)} purposes have an active key")


@contextmanager
def _tables(settings: Settings) -> Iterator[Database]:
    """Open the database of an installation for a look at its tables.

    Raises:
        SchemaNotCurrent: they are not there, or of another form.
    """
    database = drivers.open_database(settings)
    try:
        require_current(database)
        yield database
    finally:
        database.close()


def _ports(settings: Settings) -> Iterator[Finding]:
    for place in (public_place(settings.http), inside_place(settings.http)):
        said = "answered" if listens(place.port, place.host) else "free"
        yield Finding(place.setting, "ok", f"{place.port} is {said}")


def _clock(settings: Settings) -> Iterator[Finding]:
    """The clock may not be before the newest checkpoint that this installation signed."""
    from audit.trail.store import SqlLog  # noqa: PLC0415  after the tables

    now = datetime.now(UTC)
    with _tables(settings) as database:
        newest = SqlLog(database).head(Stream.MAIN)
    least = max(_BUILT_AFTER, newest.at if newest else _BUILT_AFTER)
    if now + _TOLERANCE < least:
        yield Finding(
            "clock",
            "wrong",
            f"{now:%F %T}, but {least:%F %T} has been",
            "set the clock (NTP)",
        )
    else:
        yield Finding("clock", "ok", f"{now:%F %T} UTC")


_LOOKS: Final[dict[str, Callable[[Settings], Iterator[Finding]]]] = {
    "files": _files,
    "database": _database,
    "keys": _keys,
    "ports": _ports,
    "clock": _clock,
}
