"""``trusthub demo-ca``: make a demo CA, issue and revoke certificates, serve its lists."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from kernel.clock import SystemClock
from kernel.errors import DomainError
from kernel.web import Router
from peers.demo_ca.adapters.folder import Folder, write_private
from peers.demo_ca.adapters.http_server import LoopbackServer
from peers.demo_ca.api import routes
from peers.demo_ca.domain import Holder
from peers.demo_ca.service import issue, make_authority


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    says = argparse.ArgumentParser(prog="trusthub demo-ca", description=__doc__)
    acts = says.add_subparsers(dest="act", required=True)
    for name, about in (
        ("init", "make root and issuing CA, unless they are there"),
        ("issue", "make a key and its certificate"),
        ("revoke", "put a certificate on the list"),
        ("serve", "publish certificates and lists on loopback"),
    ):
        act = acts.add_parser(name, help=about)
        act.add_argument("--data", type=Path, required=True, help="folder of the CA")
        _add(act, name)
    return says


def _add(act: argparse.ArgumentParser, name: str) -> None:
    if name == "issue":
        act.add_argument("--name", required=True, help="name of the holder")
        act.add_argument("--organisation", help="organisation the holder acts for")
        act.add_argument("--uscc", help="its 统一社会信用代码")
        act.add_argument("--key", type=Path, required=True, help="where the key is written")
    if name in ("issue", "revoke"):
        act.add_argument("--cert", type=Path, required=True, help="the certificate, PEM")
    if name == "serve":
        act.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0: any")


def make(folder: Folder) -> None:
    """Make an authority, unless one is there."""
    try:
        folder.load()
    except DomainError:
        folder.save(make_authority(SystemClock()()))


def hand_out(folder: Folder, holder: Holder, key_file: Path, cert_file: Path) -> None:
    """Make a key and its certificate; ``cert_file`` gets leaf and issuing CA, PEM.

    Raises:
        NoAuthority: there is none.
        FileExistsError: the key is there already.
    """
    authority, key = folder.load(), ec.generate_private_key(ec.SECP256R1())
    leaf = issue(authority, holder, key.public_key(), SystemClock()())
    write_private(key_file, key)
    both = (leaf, authority.issuing.certificate)
    cert_file.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in both))


def revoke(folder: Folder, cert_file: Path) -> None:
    """Put the first certificate of a file on the list."""
    leaf = x509.load_pem_x509_certificate(cert_file.read_bytes())
    folder.revoke(leaf.serial_number)


def server(folder: Folder, port: int) -> LoopbackServer:
    """Return the bound server; it publishes once an authority is made."""
    return LoopbackServer(port, Router(routes(folder, SystemClock())))


def main(argv: Sequence[str] | None = None) -> int:
    """Do one act; 0 when done, 1 refused, 2 for files or a port that do not serve."""
    arguments = parser().parse_args(argv)
    try:
        _act(arguments)
    except DomainError as refusal:
        sys.stderr.write(f"demo-ca: {refusal.code}\n")
        return 1
    except (OSError, ValueError) as failure:
        sys.stderr.write(f"demo-ca: {failure}\n")
        return 2
    return 0


def _act(arguments: argparse.Namespace) -> None:
    folder = Folder(arguments.data)
    if arguments.act == "init":
        make(folder)
    elif arguments.act == "issue":
        holder = Holder(
            name=arguments.name, organisation=arguments.organisation, uscc=arguments.uscc
        )
        hand_out(folder, holder, arguments.key, arguments.cert)
    elif arguments.act == "revoke":
        revoke(folder, arguments.cert)
    else:
        running = server(folder, arguments.port)
        running.heed_signals()
        sys.stdout.write(f"demo-ca: http://localhost:{running.port}\n")
        sys.stdout.flush()
        running.serve_until_stopped()
