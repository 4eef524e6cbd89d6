"""Servers on loopback that answer as badly as a test wants, and a resolver that lies."""

import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kernel.infra.outbound import Address, Deadline, OutboundUnreachable

Script = Callable[[socket.socket, str], None]


@dataclass
class Server:
    """One loopback server; ``seen`` holds the heads of the requests it was sent."""

    port: int
    seen: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", scheme: str = "http") -> str:
        return f"{scheme}://localhost:{self.port}{path}"


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Answer every request on 127.0.0.1 by ``script(connection, head)``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(listener, server, script, tls))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(
    listener: socket.socket, server: Server, script: Script, tls: ssl.SSLContext | None
) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            server.connections += 1
            thread = threading.Thread(
                target=_talk, args=(connection, server, script, tls), daemon=True
            )
            thread.start()


def _talk(
    connection: socket.socket, server: Server, script: Script, tls: ssl.SSLContext | None
) -> None:
    with suppress(OSError), connection:
        connection.settimeout(5)
        side = tls.wrap_socket(connection, server_side=True) if tls else connection
        with side, side.makefile("rb") as sent:
            while head := _head(sent):
                server.seen.append(head)
                server.bodies.append(_body(sent, head))
                script(side, head)


def _head(sent: BufferedReader) -> str:
    head = b""
    while (line := sent.readline()) not in (b"\r\n", b""):
        head += line
    return head.decode("ascii")


def _body(sent: BufferedReader, head: str) -> bytes:
    length = re.search(r"(?mi)^content-length: (\d+)\r$", head)
    return sent.read(int(length[1])) if length else b""


def saying(status: str, *headers: str, body: bytes = b"") -> Script:
    """Answer every request alike."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    message = "\r\n".join(lines).encode() + body

    def script(connection: socket.socket, _head: str) -> None:
        connection.sendall(message)

    return script


@dataclass
class Answers:
    """A resolver whose answer to each further question is the next one of its list."""

    answers: Sequence[Sequence[str]]
    asked: list[str] = field(default_factory=list)

    def addresses(self, host: str, _deadline: Deadline) -> tuple[Address, ...]:
        self.asked.append(host)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if not answer:
            raise OutboundUnreachable("no such name")
        return tuple(ipaddress.ip_address(text) for text in answer)


def a_certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a self-signed certificate for ``name``: its file, and a server that has it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return file, context
