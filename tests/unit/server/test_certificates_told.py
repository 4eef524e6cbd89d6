"""The edge tells endpoints the certificate of a client, and pages nothing."""

import io
import json
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

import pytest

from config.drivers import ClientCertificates
from config.words import SecretFile
from kernel.entropy import SystemEntropy
from kernel.secret import Secret
from kernel.web import CertificateTold, Headers, Reply, Request, Route, Router
from kernel.web.idempotency import Once
from server.dispatch import Dispatcher
from server.environ import certificates_told
from server.wsgi import Application

DER = b"\x30\x03abc"
VALUE = f':{b64encode(DER).decode()}:;proxy="{"s" * 32}"'
BY_US = CertificateTold.by("Client-Cert", ("127.0.0.1/32",), Secret("s" * 32))


def shown(request: Request) -> Reply:
    certificate = request.certificate
    seen = None if certificate is None else b64encode(certificate).decode()
    return Reply.json({"certificate": seen, "names": list(request.headers)})


def pages(environ: dict[str, str], start_response: object) -> Iterable[bytes]:
    start_response("200 OK", [])  # type: ignore[operator]  # WSGI's
    return [json.dumps([key for key in environ if "CERT" in key]).encode()]


def asked(path: str, **environ: str) -> tuple[str, object]:
    route = Route(method="GET", path="/known", endpoint=shown)
    nobody: Once = None  # type: ignore[assignment]  # no key is sent
    dispatcher = Dispatcher(Router((route,)), None, nobody)  # type: ignore[arg-type]  # no access
    edge = Application(dispatcher, pages, SystemEntropy(), BY_US)
    statuses: list[str] = []

    def start(status: str, _headers: Headers, _info: object = None) -> None:
        statuses.append(status)

    said = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "wsgi.input": io.BytesIO(),
        "REMOTE_ADDR": "127.0.0.1",
        **environ,
    }
    body = b"".join(edge(said, start))  # type: ignore[arg-type]  # WSGI's
    return statuses[0], json.loads(body)


@pytest.mark.spec("RFC 9440 §2.1")
def test_an_endpoint_is_told_and_sees_no_header() -> None:
    told = {"certificate": b64encode(DER).decode(), "names": []}
    assert asked("/known", HTTP_CLIENT_CERT=VALUE) == ("200 OK", told)


@pytest.mark.spec("RFC 9440 §4")
def test_what_is_told_from_elsewhere_is_taken_away() -> None:
    nothing: dict[str, object] = {"certificate": None, "names": []}
    for chain in ("HTTP_CLIENT_CERT", "HTTP_CLIENT_CERT_CHAIN"):
        there = {chain: VALUE, "REMOTE_ADDR": "203.0.113.9"}
        assert asked("/known", **there) == ("200 OK", nothing)
        assert asked("/page", **there) == ("200 OK", [])


@pytest.mark.spec("RFC 4291 §2.5.5.2")
def test_a_proxy_is_known_on_a_socket_for_both_kinds_of_addresses() -> None:
    told = {"certificate": b64encode(DER).decode(), "names": []}
    here = {"HTTP_CLIENT_CERT": VALUE, "REMOTE_ADDR": "::ffff:127.0.0.1"}
    assert asked("/known", **here) == ("200 OK", told)


def test_pages_never_see_it() -> None:
    assert asked("/page", HTTP_CLIENT_CERT=VALUE) == ("200 OK", [])


@pytest.mark.spec("RFC 9440 §4")
@pytest.mark.parametrize("path", ["/known", "/page"])
def test_another_value_from_the_proxy_is_refused_before_anybody_is_asked(
    path: str,
) -> None:
    status, said = asked(path, HTTP_CLIENT_CERT="SUCCESS")
    assert status == "400 Bad Request"
    assert isinstance(said, dict)
    assert said["code"] == "certificate_not_told"


def test_settings_say_who_may_tell(tmp_path: Path) -> None:
    file = tmp_path / "proxy"
    file.write_text("s" * 32 + "\n")
    said = ClientCertificates(proxies=("127.0.0.1/32",), proxy_secret_file=SecretFile(file))
    assert certificates_told(said) == BY_US
    assert certificates_told(ClientCertificates()).networks == ()
