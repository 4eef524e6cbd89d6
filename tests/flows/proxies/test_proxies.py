"""nginx and HAProxy, as we ship their files, tell certificates and let nobody else."""

import json
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.flows.proxies import running
from tests.flows.proxies.echo import SECRET
from tests.unit.kernel.proof.authorities import Authority, a_leaf, pem_of

ROOT: Final = Authority.root("Root of organisations")
KEY: Final = ec.generate_private_key(ec.SECP256R1())
CERTIFIED: Final = a_leaf(ROOT, key=KEY)
VICTIM: Final = a_leaf(Authority.root("Root of organisations"))
FORGED: Final = f":{b64encode(VICTIM.der).decode()}:"
WITH_GUESS: Final = f'{FORGED};proxy="{"x" * len(SECRET)}"'
SPELLINGS: Final = (
    "Client-Cert",
    "Client_Cert",
    "client-cert",
    "CLIENT_CERT",
    "Client-Cert-Chain",
    "Client_Cert-Chain",
)


def keys_into(folder: Path) -> None:
    server = Authority.root("id.example.cn")
    (folder / "server.pem").write_bytes(pem_of(server.certificate))
    (folder / "server.key").write_bytes(_private(server.key))
    (folder / "client.pem").write_bytes(pem_of(CERTIFIED.parsed) + _private(KEY))
    (folder / "clients.pem").write_bytes(pem_of(ROOT.certificate))


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Wire:
    """Speaks to the proxy over TLS, header lines as they are written."""

    def __init__(self, folder: Path, ports: running.Ports) -> None:
        self.folder, self.ports = folder, ports

    def ask(
        self,
        *lines: str,
        certified: bool = True,
        port: int | None = None,
        path: str = "/oauth2/token",
    ) -> tuple[int, dict[str, object]]:
        """Return status and answer."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if certified:
            context.load_cert_chain(self.folder / "client.pem")
        chosen = port or self.ports.clients
        name = "id.example.cn" if chosen == self.ports.people else "mtls.id.example.cn"
        with (
            socket.create_connection(("127.0.0.1", chosen), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=name) as line,
        ):
            return _asked(line, name, lines, path)

    def past(self, *lines: str) -> tuple[int, dict[str, object]]:
        """Ask the hub's own server, past the proxy."""
        with socket.create_connection(("127.0.0.1", self.ports.hub), timeout=10) as line:
            return _asked(line, "localhost", lines, "/oauth2/token")


def _asked(
    line: socket.socket, name: str, lines: tuple[str, ...], path: str
) -> tuple[int, dict[str, object]]:
    head = [f"GET {path} HTTP/1.1", f"Host: {name}", *lines, "Connection: close"]
    line.sendall("\r\n".join([*head, "", ""]).encode())
    raw = b""
    while chunk := line.recv(65536):
        raw += chunk
    top, _, body = raw.partition(b"\r\n\r\n")
    status = int(top.split(b" ")[1])
    if b"chunked" in top.lower():
        body = body.partition(b"\r\n")[2].partition(b"\r\n")[0]
    return status, json.loads(body) if body.startswith(b"{") else {}


@pytest.fixture(scope="module", params=["nginx", "haproxy"])
def wire(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Wire]:
    start = {"nginx": running.nginx, "haproxy": running.haproxy}[request.param]
    running.program(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    keys_into(folder)
    ports = running.Ports(*(running.free_port() for _ in range(3)))
    with ExitStack() as stack:
        running.hub(ports, stack)
        start(folder, ports, stack)
        yield Wire(folder, ports)


@pytest.mark.spec("RFC 9440 §2.1")
def test_the_certificate_of_the_connection_is_told(wire: Wire) -> None:
    assert wire.ask() == (200, {"certificate": CERTIFIED.hash, "left": []})


@pytest.mark.spec("RFC 8705 §2.2")
def test_a_certificate_that_no_authority_made_is_told_too(wire: Wire) -> None:
    own = a_leaf(Authority(KEY, CERTIFIED.parsed), key=KEY)
    file = wire.folder / "client.pem"
    kept = file.read_bytes()
    file.write_bytes(pem_of(own.parsed) + _private(KEY))
    try:
        _, said = wire.ask()
    finally:
        file.write_bytes(kept)
    assert said["certificate"] == own.hash


def test_nobody_without_a_certificate_has_one(wire: Wire) -> None:
    assert wire.ask(certified=False) == (200, {"certificate": None, "left": []})


@pytest.mark.spec("RFC 9440 §4")
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("value", [FORGED, WITH_GUESS])
@pytest.mark.parametrize("certified", [True, False])
def test_nobody_tells_a_certificate_through_the_proxy(
    wire: Wire, spelling: str, value: str, *, certified: bool
) -> None:
    status, said = wire.ask(f"{spelling}: {value}", certified=certified)
    assert (status, said["left"]) == (200, [])
    assert said["certificate"] == (CERTIFIED.hash if certified else None)


@pytest.mark.spec("RFC 9440 §4")
def test_several_tell_nothing_either(wire: Wire) -> None:
    lines = [f"{spelling}: {WITH_GUESS}" for spelling in SPELLINGS] * 2
    assert wire.ask(*lines)[1]["certificate"] == CERTIFIED.hash
    assert wire.ask(*lines, certified=False)[1]["certificate"] is None


@pytest.mark.spec("RFC 9440 §4")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_where_people_come_no_certificate_is_told(wire: Wire, spelling: str) -> None:
    for line in (f"{spelling}: {WITH_GUESS}", "X-Nothing: y"):
        status, said = wire.ask(line, port=wire.ports.people)
        assert (status, said) == (200, {"certificate": None, "left": []})


def test_pages_are_not_where_certificates_are_asked_for(wire: Wire) -> None:
    assert wire.ask(path="/oauth2/authorize")[0] == 404
    assert wire.ask(path="/oauth2/authorize", port=wire.ports.people)[0] == 200


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize("length", [5_000, 12_000])
def test_a_long_request_goes_through_and_so_does_a_redirect_to_it(
    wire: Wire, length: int
) -> None:
    """A request that was posted is answered by a redirect to the same by GET."""
    path = f"/oauth2/authorize?claims={'x' * length}"
    assert wire.ask(path=path, port=wire.ports.people)[0] == 200


@pytest.mark.spec("RFC 9440 §4")
def test_past_the_proxy_a_certificate_needs_its_secret(wire: Wire) -> None:
    """The server takes `Client_Cert` for `Client-Cert`: whichever wins, nothing is won."""
    told = f'{FORGED};proxy="{SECRET}"'
    assert wire.past(f"Client-Cert: {told}")[1]["certificate"] == VICTIM.hash
    for spelling in ("Client-Cert", "Client_Cert", "client_cert"):
        assert wire.past(f"{spelling}: {FORGED}")[0] == 400
        assert wire.past(f"{spelling}: {WITH_GUESS}")[0] == 400
    assert wire.past(f"Client-Cert: {told}", f"Client-Cert: {told}")[0] == 400
    assert wire.past(f"Client-Cert: {told}", f"Client_Cert: {FORGED}")[0] == 400
