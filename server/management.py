"""The management port: is the process alive, may it get traffic, what has it counted.

Every serving process tries to hold the port; one does, and when it dies another takes
over. So readiness is told by a process that really serves, never by its parent.
"""

import json
import logging
import socket
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Final, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from kernel.errors import DomainError, Unavailable
from kernel.infra.metrics import OPENMETRICS, Metrics
from server.listening import Place

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_log: Final = logging.getLogger("server")
_RETRY_S: Final = 2.0
_CONNECT_S: Final = 0.5


class Check(Protocol):
    """One thing that must be there before traffic may come; it raises while it is not."""

    def __call__(self) -> object:
        """Return if it is there."""
        ...


class NotListening(Unavailable):
    """The public port takes no connections yet."""

    code = "not_listening"


@dataclass(frozen=True, slots=True)
class Listening:
    """Asks the public port for a connection, as the first visitor would."""

    host: str
    port: int

    def __call__(self) -> None:
        """Return if it was given.

        Raises:
            NotListening: it was not.
        """
        try:
            socket.create_connection((self.host, self.port), _CONNECT_S).close()
        except OSError as cause:
            raise NotListening(str(self.port)) from cause


@dataclass(frozen=True, slots=True)
class Health:
    """Readiness as a list of named checks."""

    checks: Mapping[str, Check]

    def findings(self) -> dict[str, str]:
        """Return ``ok`` or the code of what is missing, check by check."""
        return {name: _finding(check) for name, check in self.checks.items()}


def _finding(check: Check) -> str:
    try:
        check()
    except DomainError as missing:
        return missing.code
    except Exception:  # noqa: BLE001  a defect of one check is told as one
        _log.exception("health_check_failed")
        return "defect"
    return "ok"


@dataclass(frozen=True, slots=True)
class Management:
    """The WSGI application of the port."""

    health: Health
    metrics: Metrics

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one of three paths."""
        status, media_type, body = self._answer(environ.get("PATH_INFO", ""))
        start_response(
            status, [("Content-Type", media_type), ("Content-Length", str(len(body)))]
        )
        return [body]

    def _answer(self, path: str) -> tuple[str, str, bytes]:
        if path == "/health/live":
            return "200 OK", "application/json", b'{"status":"live"}'
        if path == "/health/ready":
            return self._ready()
        if path == "/metrics":
            return "200 OK", OPENMETRICS, self.metrics.render()
        return "404 Not Found", "text/plain", b"/health/live /health/ready /metrics\n"

    def _ready(self) -> tuple[str, str, bytes]:
        findings = self.health.findings()
        ready = all(finding == "ok" for finding in findings.values())
        said = {"status": "ready" if ready else "not_ready", "checks": findings}
        status = "200 OK" if ready else "503 Service Unavailable"
        return status, "application/json", json.dumps(said).encode()


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True


class _ThreadedOverIpv6(_Threaded):
    address_family = socket.AF_INET6


def _listening(application: Management, place: Place) -> WSGIServer:
    address = place.address()
    kind = _ThreadedOverIpv6 if ":" in address else _Threaded
    return make_server(
        address, place.port, application, server_class=kind, handler_class=_Silent
    )


class _Silent(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing: probes come every second."""


def hold_port(application: Management, place: Place) -> threading.Thread:
    """Serve the port from a daemon thread, as soon as no other process holds it."""

    def held() -> None:
        pause = threading.Event()
        while True:
            try:
                server = _listening(application, place)
            except OSError:
                pause.wait(_RETRY_S)
                continue
            with server:
                server.serve_forever()

    thread = threading.Thread(target=held, name="management", daemon=True)
    thread.start()
    return thread
