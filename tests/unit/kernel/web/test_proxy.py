"""Certificates of clients, as proxies tell them and as others try to."""

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from kernel.secret import Secret
from kernel.web import CertificateNotTold, CertificateTold

DER = b"\x30\x82" + bytes(range(256))
SEQUENCE = f":{b64encode(DER).decode()}:"
PEM = (
    "-----BEGIN CERTIFICATE-----\n"
    + "\n".join(b64encode(DER).decode()[at : at + 64] for at in range(0, 344, 64))
    + "\n-----END CERTIFICATE-----\n"
)
SECRET = "p" * 32
PROXY = "10.0.0.7"


def teller(secret: str | None = SECRET) -> CertificateTold:
    held = None if secret is None else Secret(secret)
    return CertificateTold.by("Client-Cert", ("10.0.0.0/24", "::1/128"), held)


def told(value: str, peer: str = PROXY, key: str = "HTTP_CLIENT_CERT") -> bytes | None:
    environ = {key: value, "HTTP_HOST": "id.example.cn"}
    try:
        return teller().take(environ, peer)
    finally:
        assert environ == {"HTTP_HOST": "id.example.cn"}


def by_proxy(certificate: str = SEQUENCE, secret: str = SECRET) -> str:
    return f'{certificate};proxy="{secret}"'


@pytest.mark.spec("RFC 9440 §2.1")
@pytest.mark.parametrize("certificate", [SEQUENCE, quote(PEM, safe="-")])
@pytest.mark.parametrize("peer", [PROXY, "::1"])
def test_a_proxy_of_ours_tells_a_certificate(certificate: str, peer: str) -> None:
    assert told(by_proxy(certificate), peer) == DER


@pytest.mark.spec("RFC 9440 §4")
@pytest.mark.parametrize("peer", ["10.0.1.7", "203.0.113.9", "", "unix:", "10.0.0.7:80"])
def test_what_others_tell_is_taken_away(peer: str) -> None:
    assert told(by_proxy(), peer) is None


def false_values() -> Iterator[str]:
    """Walk what a proxy of ours never says: some of it somebody sent through it."""
    yield SEQUENCE
    yield by_proxy(secret="q" * 32)
    yield by_proxy(secret=SECRET[:-1])
    yield by_proxy(secret="")
    yield f"{by_proxy()},{by_proxy()}"
    yield f"{SEQUENCE},{by_proxy()}"
    yield f"{by_proxy()},{SEQUENCE}"
    yield f'{by_proxy()};proxy="{SECRET}"'
    yield by_proxy("SUCCESS")
    yield by_proxy(":not base64:")
    yield by_proxy("::")
    yield by_proxy(":AAA:")
    yield by_proxy(SEQUENCE + SEQUENCE)
    yield by_proxy(quote(PEM + PEM, safe="-"))
    yield by_proxy(quote("-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----"))
    yield f"{SEQUENCE}; proxy={SECRET}"
    yield "x"


@pytest.mark.spec("RFC 9440 §4")
@pytest.mark.parametrize("value", list(false_values()))
def test_another_value_from_where_the_proxy_stands_is_refused(value: str) -> None:
    with pytest.raises(CertificateNotTold):
        told(value)


@pytest.mark.parametrize("value", ["", SEQUENCE, by_proxy()])
def test_nobody_is_believed_where_no_proxy_is_set(value: str) -> None:
    environ = {"HTTP_CLIENT_CERT": value, "HTTP_CLIENT_CERT_CHAIN": SEQUENCE}
    assert CertificateTold().take(environ, "127.0.0.1") is None
    assert environ == {}


def test_a_proxy_without_a_certificate_tells_none() -> None:
    assert told("") is None
    environ: dict[str, str] = {}
    assert teller().take(environ, PROXY) is None


def test_a_header_of_another_name_stands_for_it_and_both_are_taken_away() -> None:
    named = CertificateTold.by("X-Client-Cert", ("10.0.0.0/24",), Secret(SECRET))
    environ = {"HTTP_X_CLIENT_CERT": by_proxy(), "HTTP_CLIENT_CERT": by_proxy("x")}
    assert named.take(environ, PROXY) == DER
    assert environ == {}


def test_what_was_told_is_not_printed() -> None:
    assert SECRET not in repr(teller())
