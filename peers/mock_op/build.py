"""``trusthub mock-op``: a plain OpenID provider with invented people, on loopback."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from kernel.errors import DomainError
from kernel.web import Route, Router
from peers.mock_op.adapters.files import (
    read_clients,
    read_digest,
    read_faults,
    read_people,
)
from peers.mock_op.adapters.http_server import LoopbackServer
from peers.mock_op.adapters.signing import SoftwareKey
from peers.mock_op.api import browser, machine
from peers.mock_op.api.dress import Dress, ErrorPages
from peers.mock_op.domain import Grant, Weather
from peers.mock_op.service.desk import Around, Desk, House
from peers.mock_op.service.id_tokens import IdTokens
from peers.mock_op.service.shelf import Shelf
from peers.mock_op.service.switch import Switch
from peers.mock_op.service.tokens import Tokens


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    says = argparse.ArgumentParser(prog="trusthub mock-op", description=__doc__)
    says.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0: any")
    says.add_argument(
        "--issuer", help="its own address; http://localhost and the port if not given"
    )
    says.add_argument("--name", default="示例支付身份（演示）", help="shown on its pages")
    says.add_argument("--people", type=Path, required=True, help="JSON file of people")
    says.add_argument("--clients", type=Path, required=True, help="JSON file of clients")
    says.add_argument(
        "--key", type=Path, help="PEM file of the key, made if missing; else in memory only"
    )
    says.add_argument(
        "--faults", type=Path, help="JSON file of faults that are on at first"
    )
    says.add_argument(
        "--control-secret-file",
        type=Path,
        help="only who has this secret may switch faults; else everybody on this machine",
    )
    says.add_argument("--tls-certificate", type=Path, help="PEM chain to serve TLS")
    says.add_argument("--tls-key", type=Path, help="PEM key of that chain")
    return says


def server(arguments: argparse.Namespace) -> LoopbackServer:
    """Return the bound server.

    Raises:
        OSError: a file cannot be read, or the port is taken.
        FileMalformed: a file has another form.
        ValueError: the issuer is no plain origin, or the key file holds something else.
    """
    running = LoopbackServer(arguments.port, Router(()))
    try:
        if arguments.tls_certificate is not None:
            running.speak_tls(arguments.tls_certificate, arguments.tls_key)
        issuer = _origin(arguments.issuer or f"{running.scheme}://localhost:{running.port}")
        running.router = Router(_routes(arguments, issuer))
    except (OSError, DomainError, ValueError):
        running.server_close()
        raise
    return running


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGTERM; 0 when stopped, 2 for files or a port that do not serve."""
    arguments = parser().parse_args(argv)
    try:
        running = server(arguments)
    except (OSError, DomainError, ValueError) as failure:
        sys.stderr.write(f"mock-op: {failure}\n")
        return 2
    running.heed_signals()
    sys.stdout.write(f"mock-op: {running.scheme}://localhost:{running.port}\n")
    sys.stdout.flush()
    running.serve_until_stopped()
    return 0


def _routes(arguments: argparse.Namespace, issuer: str) -> tuple[Route, ...]:
    house, entropy = _house(arguments, issuer), SystemEntropy()
    faults, control, kept = arguments.faults, arguments.control_secret_file, arguments.key
    switch = Switch(Weather() if faults is None else read_faults(faults))
    key = SoftwareKey.fresh() if kept is None else SoftwareKey.kept(kept)
    codes, clock, dress = Shelf[Grant](entropy), SystemClock(), Dress(entropy)
    desk = Desk(house, codes, Shelf(entropy), switch, Around(clock, entropy))
    id_tokens = IdTokens(issuer, key, SoftwareKey.fresh(), switch)
    tokens = Tokens(house, codes, Shelf(entropy), id_tokens, switch, clock)
    digest = None if control is None else read_digest(control)
    pages = browser.BrowserApi(desk, Shelf(entropy), dress, clock)
    return (
        *browser.routes(pages, ErrorPages(dress, house.name)),
        *machine.routes(machine.MachineApi(tokens, digest)),
    )


def _house(arguments: argparse.Namespace, issuer: str) -> House:
    people, clients = read_people(arguments.people), read_clients(arguments.clients)
    return House(
        issuer=issuer,
        name=arguments.name,
        people={each.username: each for each in people},
        clients={each.client_id: each for each in clients},
    )


def _origin(issuer: str) -> str:
    """OIDC Discovery §3 issuer: here without a path, as the endpoints stand at the root."""
    parts = urlsplit(issuer)
    if (
        parts.scheme not in {"http", "https"}
        or issuer != f"{parts.scheme}://{parts.netloc}"
    ):
        msg = f"not a plain origin: {issuer}"
        raise ValueError(msg)
    return issuer
