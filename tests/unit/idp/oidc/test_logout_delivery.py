"""Logout tokens over real connections: by whose authority, and what answers mean."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from idp.clients.domain import Client, OidcFacet
from idp.oidc.adapters.logout_delivery import OutboundLogout, RelyingPartyDown
from idp.oidc.errors import LogoutTokenNotTaken
from kernel.ids import ClientId
from kernel.infra.outbound import Outbound, OutboundRules
from tests.unit.kernel.infra.outbound.servers import Script, a_certificate, saying, serving

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


def a_client(url: str, authority: str | None = None) -> Client:
    facet = OidcFacet(backchannel_logout_uri=url, backchannel_ca=authority)
    return Client(
        id=ClientId("portal-51"), name_zh="门户", name_en="p", oidc=facet, created_at=NOW
    )


@pytest.fixture
def delivery() -> OutboundLogout:
    return OutboundLogout(Outbound.build(OutboundRules(allow_loopback=True)))


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_a_token_goes_by_post_to_a_host_that_its_own_authority_certifies(
    delivery: OutboundLogout, tmp_path: Path
) -> None:
    file, tls = a_certificate(tmp_path, "localhost")
    with serving(saying("200 OK"), tls) as server:
        client = a_client(server.url("/bcl", "https"), file.read_text())
        delivery.post(client, "a.b.c")
        assert server.seen[0].startswith("POST /bcl ")
        assert parse_qs(server.bodies[0].decode()) == {"logout_token": ["a.b.c"]}
        without = replace(client, oidc=replace(client.oidc, backchannel_ca=None))
        with pytest.raises(RelyingPartyDown):
            delivery.post(without, "a.b.c")
        assert len(server.bodies) == 1


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("status", ["200 OK", "204 No Content"])
def test_two_answers_mean_that_it_was_taken(delivery: OutboundLogout, status: str) -> None:
    with serving(saying(status)) as server:
        delivery.post(a_client(server.url()), "a.b.c")


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "302 Found"])
def test_a_refusal_is_not_tried_again(delivery: OutboundLogout, status: str) -> None:
    with serving(saying(status)) as server, pytest.raises(LogoutTokenNotTaken):
        delivery.post(a_client(server.url()), "a.b.c")


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("status", ["500 Oops", "503 Later", "429 Too Many Requests"])
def test_a_fault_is_tried_again(delivery: OutboundLogout, status: str) -> None:
    with serving(saying(status)) as server, pytest.raises(RelyingPartyDown):
        delivery.post(a_client(server.url()), "a.b.c")


def broken_off(connection: socket.socket, _head: str) -> None:
    """Say 200, begin a body and hang up."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
    connection.shutdown(socket.SHUT_RDWR)


PAGE = b"x" * 6000
OF_NO_USE = {
    "a page": saying("200 OK", body=PAGE),
    "not packed as it says": saying("200 OK", "Content-Encoding: gzip", body=b"plain"),
    "packed as nobody asked": saying("200 OK", "Content-Encoding: br", body=b"x"),
    "broken off": broken_off,
}


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("script", OF_NO_USE.values(), ids=OF_NO_USE.keys())
def test_the_status_says_that_it_was_taken_whatever_body_follows(
    delivery: OutboundLogout, script: Script
) -> None:
    with serving(script) as server:
        delivery.post(a_client(server.url()), "a.b.c")
        assert len(server.bodies) == 1


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("404 Not Found", LogoutTokenNotTaken),
        ("302 Found", LogoutTokenNotTaken),
        ("429 Too Many Requests", RelyingPartyDown),
        ("503 Later", RelyingPartyDown),
    ],
)
def test_a_large_page_with_an_error_changes_nothing_about_it(
    delivery: OutboundLogout, status: str, failure: type[Exception]
) -> None:
    with (
        serving(saying(status, body=PAGE)) as server,
        pytest.raises(failure, match=status[:3]),
    ):
        delivery.post(a_client(server.url()), "a.b.c")


def test_an_address_that_we_do_not_call_is_not_tried_again() -> None:
    closed = OutboundLogout(Outbound.build(OutboundRules()))
    with pytest.raises(LogoutTokenNotTaken):
        closed.post(a_client("http://127.0.0.1:1/bcl"), "a.b.c")
    spoilt = OutboundLogout(Outbound.build(OutboundRules(allow_loopback=True)))
    with pytest.raises(LogoutTokenNotTaken):
        spoilt.post(a_client("https://localhost:1/bcl", "no certificate"), "a.b.c")
