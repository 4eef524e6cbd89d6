"""Runs the files we ship, with the addresses and folders of a test put in."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.flows.proxies.echo import SECRET

SHIPPED: Final = Path(__file__).parents[3] / "docs" / "proxies"
_PLACES: Final = ("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")
_PATIENCE_S: Final = 20.0


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@dataclass(frozen=True)
class Ports:
    """Where the three of them listen."""

    hub: int
    people: int
    clients: int


def started(command: list[str], ports: tuple[int, ...], stack: ExitStack) -> None:
    """Start a program, stop it when the stack ends, and wait until it listens."""
    child = subprocess.Popen(  # noqa: S603  our own words
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    stack.callback(_stopped, child)
    for port in ports:
        _listens(port, child)


def _stopped(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()


def _listens(port: int, child: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends:
        if child.poll() is not None:
            pytest.fail(child.communicate()[1].decode()[-2000:])
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"nobody listens on {port}")


def hub(ports: Ports, stack: ExitStack) -> None:
    """Start our edge behind the server that serves the hub."""
    command = [sys.executable, "-m", "tests.flows.proxies.echo", str(ports.hub)]
    started(command, (ports.hub,), stack)


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=":".join(_PLACES))
    if found is None:
        pytest.skip(f"no {name} here")
    return found


def nginx(folder: Path, ports: Ports, stack: ExitStack) -> None:
    """Start nginx by the file we ship."""
    default = '"${ssl_client_escaped_cert};proxy=\\"' + SECRET + '\\""'
    told = "map $ssl_client_escaped_cert $trusthub_told { %s default %s; }\n"
    (folder / "told.conf").write_text(told % ('"" "";', default))
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{name}_temp_path {folder}/{name};" for name in temporary)
    file = _filled(
        "nginx.conf",
        folder,
        {
            "listen 443": f"listen 127.0.0.1:{ports.people}",
            "listen 8443": f"listen 127.0.0.1:{ports.clients}",
            "127.0.0.1:8400": f"127.0.0.1:{ports.hub}",
            "/run/trusthub-nginx.pid": f"{folder}/nginx.pid",
            "access_log off;": f"access_log off; {folders}",
        },
    )
    command = [program("nginx"), "-p", str(folder), "-c", str(file), "-g", "daemon off;"]
    started(command, (ports.people, ports.clients), stack)


def haproxy(folder: Path, ports: Ports, stack: ExitStack) -> None:
    """Start HAProxy by the file we ship."""
    pair = (folder / "server.pem").read_text() + (folder / "server.key").read_text()
    (folder / "server-and-key.pem").write_text(pair)
    file = _filled(
        "haproxy.cfg",
        folder,
        {
            "bind :443": f"bind 127.0.0.1:{ports.people}",
            "bind :8443": f"bind 127.0.0.1:{ports.clients}",
            "127.0.0.1:8400": f"127.0.0.1:{ports.hub}",
            "env(TRUSTHUB_PROXY_SECRET)": f"str({SECRET})",
        },
    )
    command = [program("haproxy"), "-db", "-f", str(file)]
    started(command, (ports.people, ports.clients), stack)


def _filled(name: str, folder: Path, changes: Mapping[str, str]) -> Path:
    """Put a test's own places in; a place that is not in the file fails."""
    text = (SHIPPED / name).read_text()
    for old, new in {"/etc/trusthub/proxy": str(folder), **changes}.items():
        assert old in text, old
        text = text.replace(old, new)
    file = folder / name
    file.write_text(text)
    return file
