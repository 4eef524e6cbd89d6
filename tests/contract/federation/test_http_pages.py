"""How addresses of others are looked at, over real sockets."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from federation.adapters.http_pages import HttpPages
from federation.errors import PageUnreachable
from kernel.infra.outbound import Outbound, OutboundRules

SEEN: list[str] = []


@contextmanager
def a_host(*, knows_head: bool, get: int = 400) -> Iterator[str]:
    """Serve one status on loopback; note which methods came."""
    SEEN.clear()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the base class wants this name
            SEEN.append("GET")
            self.send_response(get)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        if knows_head:

            def do_HEAD(self) -> None:  # noqa: N802  the base class wants this name
                SEEN.append("HEAD")
                self.send_response(200)
                self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/token"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def pages() -> Iterator[HttpPages]:
    outbound = Outbound.build(OutboundRules(allow_loopback=True))
    yield HttpPages(outbound)
    outbound.close()


@pytest.mark.spec("RFC 9110 §9.1")
def test_a_host_that_knows_no_head_is_asked_by_get(pages: HttpPages) -> None:
    with a_host(knows_head=False) as address:
        assert pages.status(address) == 400
    assert SEEN == ["GET"]


def test_a_host_that_knows_head_is_asked_for_no_content(pages: HttpPages) -> None:
    with a_host(knows_head=True) as address:
        assert pages.status(address) == 200
    assert SEEN == ["HEAD"]


def test_a_host_that_is_not_there_is_unreachable(pages: HttpPages) -> None:
    with a_host(knows_head=True) as address:
        pass
    with pytest.raises(PageUnreachable):
        pages.status(address)
