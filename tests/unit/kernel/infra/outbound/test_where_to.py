"""Where a call may go: forged requests in every notation are refused before a packet."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.infra.outbound import Outbound, OutboundRefused, OutboundRequest, OutboundRules
from kernel.infra.outbound.addresses import AddressRules, Reach, is_public
from kernel.infra.outbound.target import Target
from tests.unit.kernel.infra.outbound.servers import Answers, saying, serving

CLOSED = [
    "0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::",
    "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2400:cb00::5efe:7f00:1",
    "2400:cb00::200:5efe:a00:1",
]  # fmt: skip
OPEN = ["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2400:cb00::1"]


@pytest.mark.parametrize("text", CLOSED)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    with pytest.raises(OutboundRefused):
        AddressRules().reach(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OPEN)
def test_a_public_address_is_called(text: str) -> None:
    assert AddressRules().reach(ipaddress.ip_address(text)) is Reach.PUBLIC


@given(st.ip_addresses())
def test_what_python_calls_not_global_is_never_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if not address.is_global or address.is_multicast:
        assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_never_public(
    inner: ipaddress.IPv4Address,
) -> None:
    for prefix in ("::ffff:0:0", "64:ff9b::", "::"):
        outer = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(inner))
        assert not is_public(outer)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_is_called_where_the_profile_allows_it(text: str) -> None:
    rules = AddressRules(allow_loopback=True)
    assert rules.reach(ipaddress.ip_address(text)) is Reach.LOOPBACK


@pytest.mark.parametrize("text", ["::ffff:127.0.0.1", "0.0.0.1", "10.0.0.1", "::"])
def test_allowing_loopback_allows_nothing_else(text: str) -> None:
    with pytest.raises(OutboundRefused):
        AddressRules(allow_loopback=True).reach(ipaddress.ip_address(text))


def test_a_network_the_operator_opened_is_called_and_its_neighbour_is_not() -> None:
    rules = AddressRules(allow_networks=(ipaddress.ip_network("10.20.0.0/16"),))
    assert rules.reach(ipaddress.ip_address("10.20.255.1")) is Reach.ALLOWED
    with pytest.raises(OutboundRefused):
        rules.reach(ipaddress.ip_address("10.21.0.1"))


def test_an_opened_network_never_opens_this_machine() -> None:
    rules = AddressRules(allow_networks=(ipaddress.ip_network("0.0.0.0/0"),))
    with pytest.raises(OutboundRefused):
        rules.reach(ipaddress.ip_address("127.0.0.1"))


REFUSED_URLS = [
    "", "localhost", "//localhost/", "ftp://a.example/", "file:///etc/passwd",
    "gopher://a.example/", "javascript:alert(1)", "https:/a.example", "https:a.example",
    "https://", "https:///x", "https://user@a.example/", "https://u:p@a.example/",
    "https://a.example@evil.example/", "https://ok@@evil@a.example/",
    "https://a.example/#fragment", "https://a.example/\\evil.example",
    "https://a.example\\@evil.example/", "https://a.example /", "https://a.example/ x",
    "https://a.example/\r\nHost: evil", "https://a.example/\n", "\thttps://a.example/",
    "https://a.example./", "https://localhost./", "https://127.0.0.1./",
    "https://a..example/", "https://.example/", "https://-a.example/",
    "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/",
    "https://127.1/", "https://127.0.1/", "https://017700000001/", "https://0/",
    "https://127.0.0.1.0x1/", "https://256.0.0.1/", "https://1.2.3.4.5/",
    "https://[::1", "https://::1/", "https://[::1%25lo]/", "https://[fe80::1%lo]/",
    "https://[::ffff:127.0.0.1.]/", "https://[v1.a]/", "https://[]/",
    "https://%31%32%37.0.0.1/", "https://a%2eexample/", "https://a.example:0/",
    "https://a.example:65536/", "https://a.example:/", "https://a.example:+443/",
    "https://a.example:443443/", "https://例え.example/", "https://ⓛocalhost/",
    "https://127。0。0。1/", "https://①②⑦.0.0.1/", "https://a.example/路",
    "https://a.example/" + "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_a_url_that_can_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused):
        Target.parse(url)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://A.Example", "https://a.example/"),
        ("https://a.example:443/X?y=Z", "https://a.example/X?y=Z"),
        ("https://a.example:8443?q", "https://a.example:8443/?q"),
        ("http://localhost:8400/a;b=c", "http://localhost:8400/a;b=c"),
        ("https://xn--fiqs8s.example/%2e%2e/", "https://xn--fiqs8s.example/%2e%2e/"),
        ("https://1.1.1.1/", "https://1.1.1.1/"),
        ("https://[2400:CB00:0::1]:8443/", "https://[2400:cb00::1]:8443/"),
    ],
)
@pytest.mark.spec("RFC 3986 §6.2.2")
def test_a_plain_url_is_read_in_its_normal_form(url: str, normal: str) -> None:
    target = Target.parse(url)
    assert target.url == normal
    assert Target.parse(target.url) == target


def closed(answers: Answers, *, allow_loopback: bool = False) -> Outbound:
    return Outbound.build(OutboundRules(allow_loopback=allow_loopback), answers)


@pytest.mark.parametrize("text", CLOSED)
def test_a_name_that_resolves_to_a_closed_address_is_refused(text: str) -> None:
    with pytest.raises(OutboundRefused):
        closed(Answers([[text]])).fetch(OutboundRequest(url="https://member.example/"))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1"])
def test_an_address_in_the_url_is_checked_like_any_other(host: str) -> None:
    answers = Answers([["8.8.8.8"]])
    with pytest.raises(OutboundRefused):
        closed(answers).fetch(OutboundRequest(url=f"https://{host}/"))
    assert answers.asked == []


def test_one_closed_address_among_open_ones_closes_the_name() -> None:
    with pytest.raises(OutboundRefused, match=r"10\.0\.0\.1"):
        closed(Answers([["8.8.8.8", "10.0.0.1"]])).fetch(
            OutboundRequest(url="https://member.example/")
        )


def test_a_loopback_server_is_not_reached_from_production() -> None:
    with serving(saying("200 OK")) as server, pytest.raises(OutboundRefused):
        Outbound.build(OutboundRules()).fetch(OutboundRequest(url=server.url()))
    assert server.connections == 0


def test_the_address_called_is_the_one_that_was_checked() -> None:
    # DNS rebinding: the second answer would be closed, but nobody asks a second time.
    answers = Answers([["127.0.0.1"], ["10.0.0.1"]])
    outbound = closed(answers, allow_loopback=True)
    with serving(saying("200 OK", body=b"checked")) as server:
        url = f"http://rebinding.example:{server.port}/"
        reply = outbound.fetch(OutboundRequest(url=url))
        assert reply.body == b"checked"
        assert answers.asked == ["rebinding.example"]
        assert f"Host: rebinding.example:{server.port}\r\n" in server.seen[0]
        with pytest.raises(OutboundRefused):
            outbound.fetch(OutboundRequest(url=url))
    assert len(server.seen) == 1


def test_http_is_refused_outside_loopback_in_every_profile() -> None:
    with pytest.raises(OutboundRefused, match="http is for loopback only"):
        closed(Answers([["8.8.8.8"]]), allow_loopback=True).fetch(
            OutboundRequest(url="http://member.example/")
        )


@pytest.mark.parametrize("port", [22, 25, 80, 5432, 6379, 9000])
def test_ports_of_other_services_are_not_called(port: int) -> None:
    with pytest.raises(OutboundRefused, match=f"port {port} is not called"):
        closed(Answers([["8.8.8.8"]])).fetch(
            OutboundRequest(url=f"https://member.example:{port}/")
        )


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Content-Length": "0"},
        {"transfer-encoding": "chunked"},
        {"Accept-Encoding": "br"},
        {"X-A": "a\r\nX-B: b"},
        {"X-A": "a\n"},
        {"X-A\r\nX-B": "b"},
        {"X A": "b"},
        {"": "b"},
        {"X-A": "\x00"},
        {"X-A": "名"},
    ],
)
@pytest.mark.spec("RFC 9110 §5.5")
def test_headers_that_would_change_the_message_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(OutboundRefused):
        OutboundRequest(url="https://a.example/", headers=headers)


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "GET /x HTTP/1.1\r\n"])
def test_methods_that_are_never_called_are_refused(method: str) -> None:
    with pytest.raises(OutboundRefused):
        OutboundRequest(url="https://a.example/", method=method)
