"""One real installation as processes of its own, that can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final, Self

from server.contexts.context import Context

READY_WITHIN_S: Final = 60.0
_COMMAND_WITHIN_S: Final = 600.0
PROGRAM: Final = Path(sys.executable).with_name("trusthub")
_SETTINGS: Final = """\
[installation]
issuer = "http://localhost:{port}"
role = "national"
code = "00"
name_zh = "国家统一身份认证（测试）"
name_en = "National identity (test)"
profile = "dev"
instance = "national"
[http]
port = {port}
workers = 2
management_port = {management}
[database]
url = "{database}"
[ephemeral]
url = "sqlite:///cache.db"
[keys]
vault_dir = "vault"
serve_secret_file = "secrets/serve"
worker_secret_file = "secrets/worker"
[outbound]
allow_loopback = true
[notices]
mail = "outbox"
sms = "outbox"
outbox_file = "outbox.jsonl"
"""


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(slots=True)
class Installation:
    """Its folder, its ports, and the processes that were started of it."""

    folder: Path
    port: int
    management: int
    database: str
    environment: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    def laid_out(cls, folder: Path, database: str = "sqlite:///hub.db") -> Self:
        """Write settings into ``folder`` and set the installation up."""
        made = cls(folder, free_port(), free_port(), database)
        folder.mkdir(parents=True, exist_ok=True)
        made.settings.write_text(
            _SETTINGS.format(port=made.port, management=made.management, database=database)
        )
        done = made.command("init", "--settings", str(made.settings), "--json")
        assert done.returncode == 0, done.stderr
        return made

    @property
    def settings(self) -> Path:
        """The page of settings."""
        return self.folder / "settings.toml"

    @property
    def issuer(self) -> str:
        """The base URL."""
        return f"http://localhost:{self.port}"

    def context(self, name: str) -> Context:
        """Return the context of one of the first officials."""
        return Context.read(self.folder / "contexts" / f"{name}.json")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the program to its end."""
        return subprocess.run(  # noqa: S603  our own program
            [str(PROGRAM), *words],
            capture_output=True,
            text=True,
            timeout=_COMMAND_WITHIN_S,
            check=False,
            cwd=self.folder,
        )

    def start(self, name: str, *, before: Mapping[str, str] | None = None) -> None:
        """Start ``serve`` or ``worker``; its output goes to a file beside the settings."""
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(  # noqa: S603  our own program
            [str(PROGRAM), name, "--settings", str(self.settings)],
            stdout=log,
            stderr=log,
            cwd=self.folder,
            env={**os.environ, **self.environment, **(before or {})},
            start_new_session=True,
        )
        log.close()

    def ready(self, within_s: float = READY_WITHIN_S) -> None:
        """Wait until the management port says that traffic may come, and it may."""
        until = time.monotonic() + within_s
        while not (self._is_ready() and self._listens()):
            assert time.monotonic() < until, self.log("serve")[-3000:]
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        address = f"http://localhost:{self.management}/health/ready"
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
        return False

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 2):
            return True
        return False

    def log(self, name: str) -> str:
        """Return what a process wrote."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def serving(self) -> list[int]:
        """Return the ids of the serving processes: the children of ``serve``."""
        parent = self.running["serve"].pid
        listed = Path(f"/proc/{parent}/task/{parent}/children")
        children = [int(pid) for pid in listed.read_text().split()]
        return [pid for pid in children if b"spawn_main" in _command_of(pid)] or children

    def kill(self, name: str) -> None:
        """Kill one process as a crash does, and what it leaves behind as an init does."""
        process = self.running.pop(name)
        left = [] if name != "serve" else _children_of(process.pid)
        process.kill()
        process.wait()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """Stop what was started."""
        for name in list(self.running):
            self.kill(name)


def _children_of(pid: int) -> list[int]:
    with suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]
    return []


def _command_of(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
