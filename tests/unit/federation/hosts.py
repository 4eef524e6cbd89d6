"""Hosts that misbehave, for real, on loopback."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STATEMENT = "application/entity-statement+jwt"
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Host:
    """One server; what each path answers is said by the test."""

    base: str = ""
    paths: dict[str, Answer] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def well_known(self, name: str, answer: Answer) -> str:
        """Answer so for the configuration of an entity; return the entity."""
        self.paths[f"/{name}/.well-known/openid-federation"] = answer
        return f"{self.base}/{name}"


@contextmanager
def a_host() -> Iterator[Host]:
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            host.seen.append(self.path)
            try:
                host.paths.get(path, says(404, b"no"))(self)
            except OSError:
                self.close_connection = True

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def says(status: int, body: bytes, media_type: str = STATEMENT, **more: str) -> Answer:
    """Answer in good form."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in more.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return answer


def drips(host: Host) -> Answer:
    """Send a byte every tenth of a second, for ever."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", STATEMENT)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not host.ended.is_set():
            handler.wfile.write(b"a")
            time.sleep(0.1)

    return answer


def hangs(host: Host) -> Answer:
    """Take the question and say nothing."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        host.ended.wait(30)
        handler.close_connection = True

    return answer


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    """Announce more than comes."""
    handler.send_response(200)
    handler.send_header("Content-Type", STATEMENT)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"short")
    handler.close_connection = True


def floods(handler: BaseHTTPRequestHandler) -> None:
    """Send without end and without saying how much."""
    handler.send_response(200)
    handler.send_header("Content-Type", STATEMENT)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    for _ in range(1000):
        handler.wfile.write(chunk)
