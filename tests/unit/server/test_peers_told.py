"""Who asks, where a proxy of ours stands before the edge; and nobody else is believed."""

import io
import json
from collections.abc import Iterable

import pytest

from kernel.entropy import SystemEntropy
from kernel.web import Headers, PeerTold, Reply, Request, Route, Router
from kernel.web.idempotency import Once
from server.dispatch import Dispatcher
from server.wsgi import Application

OURS = PeerTold.by(("10.20.0.0/16", "fd00::/8"))
PROXY, STRANGER, CLIENT = "10.20.0.1", "203.0.113.9", "198.51.100.7"


def shown(request: Request) -> Reply:
    return Reply.json(request.peer)


def pages(environ: dict[str, str], start_response: object) -> Iterable[bytes]:
    start_response("200 OK", [])  # type: ignore[operator]  # WSGI's
    return [json.dumps(environ["REMOTE_ADDR"]).encode()]


def seen(peer: str, told: str | None, path: str, known: PeerTold = OURS) -> object:
    route = Route(method="GET", path="/known", endpoint=shown)
    nobody: Once = None  # type: ignore[assignment]  # no key is sent
    dispatcher = Dispatcher(Router((route,)), None, nobody)  # type: ignore[arg-type]  # no access
    edge = Application(dispatcher, pages, SystemEntropy(), peers=known)

    def start(_status: str, _headers: Headers, _info: object = None) -> None:
        """Take no notice."""

    head = {} if told is None else {"HTTP_X_FORWARDED_FOR": told}
    said = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "wsgi.input": io.BytesIO(),
        "REMOTE_ADDR": peer,
        **head,
    }
    return json.loads(b"".join(edge(said, start)))  # type: ignore[arg-type]  # WSGI's


@pytest.mark.spec("RFC 8628 §5.1")
@pytest.mark.parametrize("path", ["/known", "/page"])
@pytest.mark.parametrize(
    ("peer", "told", "who"),
    [
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"{STRANGER}, {CLIENT}", CLIENT),
        (PROXY, f"{CLIENT} , 10.20.3.4", CLIENT),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        (PROXY, None, PROXY),
        (PROXY, "", PROXY),
        (PROXY, "unknown", PROXY),
        (PROXY, f"{CLIENT}, evil\n", PROXY),
        (PROXY, "10.20.3.4", "10.20.3.4"),
        (STRANGER, CLIENT, STRANGER),
        ("", CLIENT, ""),
    ],
)
def test_tries_are_counted_by_who_asks_and_by_no_strangers_word(
    path: str, peer: str, told: str | None, who: str
) -> None:
    """Behind a proxy ten wrong codes of one person would be everybody's."""
    assert seen(peer, told, path) == who


@pytest.mark.parametrize("path", ["/known", "/page"])
def test_where_no_proxy_is_named_nobody_is_believed(path: str) -> None:
    assert seen("127.0.0.1", CLIENT, path, PeerTold()) == "127.0.0.1"


@pytest.mark.spec("RFC 4291 §2.5.5.2")
@pytest.mark.parametrize("path", ["/known", "/page"])
@pytest.mark.parametrize(
    ("peer", "told", "who"),
    [
        (f"::ffff:{STRANGER}", None, STRANGER),
        ("::FFFF:cb00:7109", None, STRANGER),
        (f"::ffff:{PROXY}", CLIENT, CLIENT),
        (PROXY, f"0:0:0:0:0:ffff:{CLIENT}", CLIENT),
        (PROXY, f"{CLIENT}, ::ffff:10.20.3.4", CLIENT),
        ("::1", None, "::1"),
        ("2001:db8::7", None, "2001:db8::7"),
        ("not:an:address", None, "not:an:address"),
    ],
)
def test_an_ipv4_address_is_one_on_a_socket_for_both_too(
    path: str, peer: str, told: str | None, who: str
) -> None:
    """Listening on ``::`` all of IPv4 comes from one /64, which would be one person."""
    assert seen(peer, told, path) == who
