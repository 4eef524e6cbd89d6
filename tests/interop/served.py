"""A hub of a test's own over real HTTP, and a person at a browser of it."""

import json
import socketserver
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from tests.attacks import browser as browsing
from tests.attacks import house as housing
from tests.attacks import stage as staging
from tests.attacks.browser import Browser, hidden_fields
from tests.attacks.house import House
from tests.attacks.stage import walked
from tests.flows.nation import is_free
from tests.flows.openid.visit import posting_away

USERNAME: Final = "interop-person"
Said = Mapping[str, Any]


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as named there
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Hub:
    """One installation that is served, and its one person."""

    house: House
    issuer: str

    def goes(self, browser: Browser, address: str) -> dict[str, object]:
        """Open an address, sign in and agree; return what the relying party is told."""
        end = walked(browser, browser.get(address), USERNAME)
        if end.location:
            return {"back": end.location}
        assert posting_away(end) is not None, end.text
        return {"form": hidden_fields(end.text)}

    def allows(self, browser: Browser, user_code: str) -> dict[str, object]:
        """Type the code of a device, and agree."""
        staging.allow_device(browser, user_code, USERNAME)
        return {"allowed": True}

    def talk(self, argv: list[str], folder: Path, told: Said) -> Said:
        """Let a relying party do a scenario; be the person at the browser meanwhile."""
        said = {"issuer": self.issuer, "redirect_uri": housing.BACK, **told}
        with subprocess.Popen(  # noqa: S603  our own script
            argv,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            return self._talked(process, json.dumps(said))

    def _talked(self, process: "subprocess.Popen[str]", told: str) -> Said:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        browser = Browser(self.house)
        answers: dict[str, Callable[[str], dict[str, object]]] = {
            "open": lambda address: self.goes(browser, address),
            "user_code": lambda code: self.allows(browser, code),
        }
        process.stdin.write(f"{told}\n")
        process.stdin.flush()
        for line in process.stdout:
            ((what, value),) = json.loads(line).items()
            if what == "done":
                done: Said = value
                return done
            process.stdin.write(f"{json.dumps(answers[what](value))}\n")
            process.stdin.flush()
        raise AssertionError(process.stderr.read())


@contextmanager
def served(folder: Path) -> Iterator[Hub]:
    """Set an installation up and serve it on loopback while the block runs."""
    port = next(one for one in range(24_310, 25_310, 7) if is_free(one))
    issuer = f"http://localhost:{port}"
    with pytest.MonkeyPatch.context() as patch:
        for module in (housing, browsing, staging):
            patch.setattr(module, "ISSUER", issuer)
        house = House.built(folder)
        house.person(USERNAME)
        server = make_server(
            "127.0.0.1",
            port,
            house.application,
            server_class=_Server,
            handler_class=_Quiet,
        )
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield Hub(house, issuer)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            house.close()
