"""A call on loopback: what comes back, and servers that answer badly."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.infra.outbound import (
    Address,
    Deadline,
    Outbound,
    OutboundBusy,
    OutboundFailed,
    OutboundGarbled,
    OutboundRefused,
    OutboundRequest,
    OutboundRules,
    OutboundTimeout,
    OutboundTooLarge,
    OutboundUnreachable,
    OutboundUntrusted,
)
from kernel.infra.outbound.addresses import Reach
from kernel.infra.outbound.connections import Roots
from tests.unit.kernel.infra.outbound.servers import (
    Answers,
    a_certificate,
    saying,
    serving,
)


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    made = Outbound.build(OutboundRules(allow_loopback=True, body_cap_bytes=100_000))
    yield made
    made.close()


def test_a_reply_comes_back_whole(outbound: Outbound) -> None:
    script = saying(
        "201 Created", "Content-Type: Application/JSON; q=1", "X-A: 1", "X-A: 2", body=b"{}"
    )
    with serving(script) as server:
        reply = outbound.fetch(
            OutboundRequest(url=server.url("/a?b=c"), accept="text/plain")
        )
    assert (reply.status, reply.body, reply.url) == (201, b"{}", server.url("/a?b=c"))
    assert reply.media_type == "application/json"
    assert reply.all_headers("x-a") == ("1", "2")
    with pytest.raises(OutboundRefused):
        reply.header("X-A")
    assert server.seen[0].startswith("GET /a?b=c HTTP/1.1\r\n")
    assert "Accept: text/plain\r\n" in server.seen[0]


def test_a_body_is_sent_with_its_length(outbound: Outbound) -> None:
    with serving(saying("204 No Content")) as server:
        reply = outbound.fetch(
            OutboundRequest(
                url=server.url(),
                method="POST",
                body=b"a=b",
                headers={"Authorization": "Basic eDp5"},
            )
        )
    assert reply.status == 204
    assert "Content-Length: 3\r\n" in server.seen[0]
    assert server.bodies == [b"a=b"]
    assert "Authorization: Basic eDp5\r\n" in server.seen[0]


def test_a_line_is_kept_between_calls(outbound: Outbound) -> None:
    with serving(saying("200 OK", body=b"x")) as server:
        for _ in range(3):
            assert outbound.fetch(OutboundRequest(url=server.url())).body == b"x"
        assert (len(server.seen), server.connections) == (3, 1)


@pytest.mark.spec("RFC 9110 §9.2.2")
def test_a_kept_line_that_was_closed_is_opened_again_for_a_safe_method(
    outbound: Outbound,
) -> None:
    def once(connection: socket.socket, head: str) -> None:
        if "/close" in head:
            connection.shutdown(socket.SHUT_RDWR)
            return
        saying("200 OK", body=b"x")(connection, head)

    with serving(once) as server:
        outbound.fetch(OutboundRequest(url=server.url()))
        with pytest.raises(OutboundUnreachable):
            outbound.fetch(
                OutboundRequest(url=server.url("/close"), method="POST", body=b"")
            )
        asked = [head for head in server.seen if "/close" in head]
        assert len(asked) == 1  # a POST is not repeated
        assert outbound.fetch(OutboundRequest(url=server.url())).body == b"x"


def test_gzip_is_unpacked(outbound: Outbound) -> None:
    body = gzip.compress(b"a" * 50_000)
    with serving(saying("200 OK", "Content-Encoding: gzip", body=body)) as server:
        assert outbound.fetch(OutboundRequest(url=server.url())).body == b"a" * 50_000
    assert "Accept-Encoding: gzip\r\n" in server.seen[0]


BAD_PACKING = {
    "a bomb": ("gzip", gzip.compress(b"\0" * 20_000_000), OutboundTooLarge),
    "another coding": ("br", b"x", OutboundGarbled),
    "two codings": ("gzip, gzip", gzip.compress(gzip.compress(b"x")), OutboundGarbled),
    "not packed": ("gzip", b"plain", OutboundGarbled),
    "cut short": ("gzip", gzip.compress(b"x" * 1000)[:-4], OutboundGarbled),
    "something after": ("gzip", gzip.compress(b"x") + b"y", OutboundGarbled),
    "raw deflate": ("deflate", zlib.compress(b"x"), OutboundGarbled),
}


@pytest.mark.parametrize("case", BAD_PACKING)
def test_bad_packing_is_refused(case: str, outbound: Outbound) -> None:
    coding, body, failure = BAD_PACKING[case]
    with (
        serving(saying("200 OK", f"Content-Encoding: {coding}", body=body)) as server,
        pytest.raises(failure) as caught,
    ):
        outbound.fetch(OutboundRequest(url=server.url()))
    assert caught.value.status == 200


def test_an_answer_that_says_it_is_too_large_is_not_read(outbound: Outbound) -> None:
    def huge(connection: socket.socket, _head: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n")
        time.sleep(0.3)

    with serving(huge) as server:
        started = time.monotonic()
        with pytest.raises(OutboundTooLarge) as caught:
            outbound.fetch(OutboundRequest(url=server.url()))
    assert time.monotonic() - started < 3
    assert caught.value.status == 200


@pytest.mark.parametrize("framing", ["", "Transfer-Encoding: chunked\r\n"])
def test_an_endless_answer_is_cut_at_the_limit(framing: str, outbound: Outbound) -> None:
    def endless(connection: socket.socket, _head: str) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\n{framing}\r\n".encode())
        while True:
            connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")

    with serving(endless) as server, pytest.raises(OutboundTooLarge):
        outbound.fetch(OutboundRequest(url=server.url(), limit_bytes=10_000))


def test_a_request_cannot_widen_the_cap_of_the_installation(outbound: Outbound) -> None:
    larger = saying("200 OK", body=b"x" * 100_001)
    with serving(larger) as server, pytest.raises(OutboundTooLarge):
        outbound.fetch(OutboundRequest(url=server.url(), limit_bytes=10**9))
    with serving(saying("200 OK", body=b"x" * 100_000)) as server:
        assert len(outbound.fetch(OutboundRequest(url=server.url())).body) == 100_000


@pytest.mark.parametrize(
    ("prefix", "status"),
    [
        (b"", None),
        (b"HTTP/1.1 200 OK\r\nX-A: ", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", 200),
    ],
    ids=["status line", "header", "body"],
)
def test_a_server_that_drips_gets_no_more_time(
    prefix: bytes, status: int | None, outbound: Outbound
) -> None:
    def drip(connection: socket.socket, _head: str) -> None:
        connection.sendall(prefix)
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    with serving(drip) as server:
        started = time.monotonic()
        with pytest.raises(OutboundTimeout) as caught:
            outbound.fetch(OutboundRequest(url=server.url(), deadline_s=0.4))
        assert time.monotonic() - started < 2
    assert caught.value.status == status


def test_redirects_share_one_deadline() -> None:
    def slowly(connection: socket.socket, _head: str) -> None:
        time.sleep(0.3)
        connection.sendall(b"HTTP/1.1 302 F\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    rules = OutboundRules(allow_loopback=True, total_timeout=timedelta(seconds=0.5))
    with serving(slowly) as server, pytest.raises(OutboundTimeout):
        Outbound.build(rules).fetch(OutboundRequest(url=server.url(), redirects=9))
    assert len(server.seen) <= 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx",
        b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 200 + b"\r\n",
    ],
)
def test_an_answer_that_is_not_http_or_cut_short_is_no_answer(
    answer: bytes, outbound: Outbound
) -> None:
    def script(connection: socket.socket, _head: str) -> None:
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_RDWR)

    with serving(script) as server, pytest.raises((OutboundGarbled, OutboundUnreachable)):
        outbound.fetch(OutboundRequest(url=server.url()))


def test_nobody_listening_is_told(outbound: Outbound) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(OutboundUnreachable):
        outbound.fetch(OutboundRequest(url=f"http://localhost:{port}/"))


def test_a_name_without_addresses_is_told() -> None:
    with pytest.raises(OutboundUnreachable):
        Outbound.build(OutboundRules(), Answers([[]])).fetch(
            OutboundRequest(url="https://absent.example/")
        )


def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    outbound = Outbound.build(
        OutboundRules(allow_loopback=True), Answers([["::1", "127.0.0.1"]])
    )
    with serving(saying("200 OK", body=b"second")) as server:
        assert outbound.fetch(OutboundRequest(url=server.url())).body == b"second"


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_a_redirect_on_the_same_origin_is_followed(status: str, outbound: Outbound) -> None:
    def script(connection: socket.socket, head: str) -> None:
        moved = saying(status, "Location: /there?x=1")
        here = head.startswith("GET /here ")
        (moved if here else saying("200 OK", body=b"there"))(connection, head)

    with serving(script) as server:
        reply = outbound.fetch(OutboundRequest(url=server.url("/here")))
    assert (reply.body, reply.url) == (b"there", server.url("/there?x=1"))


@pytest.mark.parametrize(
    "location",
    [
        "https://localhost:{port}/",
        "http://127.0.0.1:{port}/",
        "http://localhost:1/",
        "//evil.example/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "http://user@localhost:{port}/",
        "\\\\evil.example\\",
    ],
)
def test_a_redirect_to_anywhere_else_is_refused(location: str, outbound: Outbound) -> None:
    def script(connection: socket.socket, head: str) -> None:
        where = location.format(port=server.port)
        saying("302 F", f"Location: {where}")(connection, head)

    with serving(script) as server:
        with pytest.raises(OutboundRefused):
            outbound.fetch(OutboundRequest(url=server.url()))
        assert len(server.seen) == 1


def test_the_fourth_redirect_is_refused(outbound: Outbound) -> None:
    with serving(saying("302 Found", "Location: /again")) as server:
        with pytest.raises(OutboundRefused, match="redirected too often"):
            outbound.fetch(OutboundRequest(url=server.url()))
        assert len(server.seen) == 4


@pytest.mark.parametrize(("method", "redirects"), [("POST", 3), ("GET", 0)])
def test_a_redirect_that_is_not_followed_is_the_reply(
    method: str, redirects: int, outbound: Outbound
) -> None:
    with serving(saying("302 Found", "Location: https://evil.example/")) as server:
        reply = outbound.fetch(
            OutboundRequest(url=server.url(), method=method, redirects=redirects)
        )
    assert (reply.status, reply.header("location")) == (302, "https://evil.example/")


def test_calls_to_one_host_are_bounded_and_others_pass() -> None:
    rules = OutboundRules(allow_loopback=True, per_host=1, per_host_queue=0)
    outbound = Outbound.build(rules)
    entered, leave = threading.Event(), threading.Event()

    def hold(connection: socket.socket, head: str) -> None:
        entered.set()
        leave.wait(5)
        saying("200 OK", body=b"held")(connection, head)

    with serving(hold) as slow, serving(saying("200 OK", body=b"free")) as other:
        bodies: list[bytes] = []
        first = threading.Thread(
            target=lambda: bodies.append(
                outbound.fetch(OutboundRequest(url=slow.url())).body
            )
        )
        first.start()
        assert entered.wait(5)
        with pytest.raises(OutboundBusy, match="too many calls wait"):
            outbound.fetch(OutboundRequest(url=slow.url()))  # at once, not at its deadline
        elsewhere = f"http://127.0.0.1:{other.port}/"
        assert outbound.fetch(OutboundRequest(url=elsewhere)).body == b"free"
        leave.set()
        first.join()
        assert bodies == [b"held"]
        assert len(slow.seen) == 1
        assert outbound.fetch(OutboundRequest(url=slow.url())).body == b"held"


def test_a_queued_call_takes_its_turn() -> None:
    rules = OutboundRules(allow_loopback=True, per_host=1, per_host_queue=8)
    outbound = Outbound.build(rules)
    running, most = 0, 0

    def count(connection: socket.socket, head: str) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1
        saying("200 OK")(connection, head)

    with serving(count) as server:
        calls = [
            threading.Thread(
                target=outbound.fetch, args=(OutboundRequest(url=server.url()),)
            )
            for _ in range(6)
        ]
        for call in calls:
            call.start()
        for call in calls:
            call.join()
    assert (len(server.seen), most) == (6, 1)


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_a_host_with_an_authority_of_its_own_is_believed_by_that_one_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "other").mkdir()
    file, tls = a_certificate(tmp_path, "localhost")
    other, _ = a_certificate(tmp_path / "other", "localhost")
    outbound = Outbound.build(OutboundRules(allow_loopback=True, extra_ca_file=other))
    with serving(saying("200 OK", body=b"tls"), tls) as server:
        url = server.url(scheme="https")
        asked = OutboundRequest(url=url, authority=file.read_text())
        assert outbound.fetch(asked).body == b"tls"
        for wrong in (None, other.read_text()):
            with pytest.raises(OutboundUntrusted):
                outbound.fetch(OutboundRequest(url=url, authority=wrong))
        with pytest.raises(OutboundRefused):
            outbound.fetch(OutboundRequest(url=url, authority="no certificate"))


def test_tls_is_trusted_through_the_extra_roots_only(tmp_path: Path) -> None:
    file, tls = a_certificate(tmp_path, "localhost")
    trusting = Outbound.build(OutboundRules(allow_loopback=True, extra_ca_file=file))
    strict = Outbound.build(OutboundRules(allow_loopback=True))
    with serving(saying("200 OK", body=b"tls"), tls) as server:
        url = server.url(scheme="https")
        assert trusting.fetch(OutboundRequest(url=url)).body == b"tls"
        assert len(server.seen) == 1
        with pytest.raises(OutboundUntrusted):
            strict.fetch(OutboundRequest(url=url))
    assert len(server.seen) == 1


def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path) -> None:
    file, tls = a_certificate(tmp_path, "other.example")
    rules = OutboundRules(allow_loopback=True, extra_ca_file=file)
    outbound = Outbound.build(rules, Answers([["127.0.0.1"]]))
    with serving(saying("200 OK", body=b"tls"), tls) as server:
        with pytest.raises(OutboundUntrusted):
            outbound.fetch(OutboundRequest(url=f"https://member.example:{server.port}/"))
        assert server.seen == []
        right = f"https://other.example:{server.port}/"
        assert outbound.fetch(OutboundRequest(url=right)).body == b"tls"


def test_extra_roots_do_not_count_for_public_addresses(tmp_path: Path) -> None:
    file, _tls = a_certificate(tmp_path, "localhost")
    roots = Roots(file)  # no public host is called in tests
    public = len(roots.for_reach(Reach.PUBLIC).get_ca_certs())
    for opened in (Reach.ALLOWED, Reach.LOOPBACK):
        assert len(roots.for_reach(opened).get_ca_certs()) == public + 1


def test_extra_roots_that_are_none_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing\n", encoding="utf-8")
    for name in ("ca.pem", "absent.pem"):
        with pytest.raises(OSError, match=r"no certificate|No such file"):
            Outbound.build(OutboundRules(extra_ca_file=tmp_path / name))


def test_proxies_of_the_environment_are_not_used(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with serving(saying("200 OK", body=b"direct")) as server:
        assert outbound.fetch(OutboundRequest(url=server.url())).body == b"direct"


def hang_up(connection: socket.socket, _head: str) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def test_a_failure_does_not_repeat_what_was_sent(outbound: Outbound) -> None:
    with serving(hang_up) as server:
        url = server.url("/?code=Zx81kQ4wLr7T")
        with pytest.raises(OutboundFailed) as caught:
            outbound.fetch(OutboundRequest(url=url, headers={"Authorization": "Bearer s3"}))
    told = f"{caught.value!r}{caught.value.__cause__!r}"
    assert "Zx81" not in told
    assert "s3" not in told


class Asleep:
    """A name server that does not answer in time."""

    def addresses(self, _host: str, deadline: Deadline) -> tuple[Address, ...]:
        time.sleep(deadline.left_s())
        deadline.left_s()
        return ()


def test_a_name_that_is_not_resolved_in_time_ends_the_call() -> None:
    outbound = Outbound.build(OutboundRules(), Asleep())
    started = time.monotonic()
    with pytest.raises(OutboundTimeout):
        outbound.fetch(OutboundRequest(url="https://member.example/", deadline_s=0.2))
    assert time.monotonic() - started < 2


def test_a_place_is_free_again_after_a_failure() -> None:
    rules = OutboundRules(allow_loopback=True, per_host=1, per_host_queue=0)
    outbound = Outbound.build(rules)
    with serving(hang_up) as server:
        for _ in range(3):
            with pytest.raises(OutboundUnreachable):
                outbound.fetch(OutboundRequest(url=server.url()))
