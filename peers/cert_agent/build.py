"""``trusthub cert-agent``: signs certificate challenges on a person's own machine."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from kernel.web import Router
from peers.cert_agent.adapters.http_server import LoopbackServer
from peers.cert_agent.adapters.key_files import FileKey
from peers.cert_agent.api import routes
from peers.cert_agent.domain import origin_of
from peers.cert_agent.service import Agent


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    says = argparse.ArgumentParser(prog="trusthub cert-agent", description=__doc__)
    says.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0: any")
    says.add_argument("--key", type=Path, required=True, help="private key, PKCS#8 PEM")
    says.add_argument(
        "--cert", type=Path, required=True, help="certificate, then its chain"
    )
    says.add_argument(
        "--origin",
        action="append",
        required=True,
        help="origin of a site that may ask, such as https://hub.example; may be repeated",
    )
    return says


def server(arguments: argparse.Namespace) -> LoopbackServer:
    """Return the bound server.

    Raises:
        OSError: a file cannot be read, or the port is taken.
        ValueError: key and certificate do not fit, or an origin is none.
    """
    allowed = frozenset(origin_of(each) for each in arguments.origin)
    if "" in allowed:
        msg = "an origin is no web address"
        raise ValueError(msg)
    key, entropy = FileKey.read(arguments.key, arguments.cert), SystemEntropy()
    agent = Agent(key, allowed, SystemClock(), entropy)
    running = LoopbackServer(arguments.port, Router(()))
    names = (f"http://{host}:{running.port}" for host in ("localhost", "127.0.0.1"))
    running.router = Router(routes(agent, entropy, frozenset(names)))
    return running


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGTERM; 0 when stopped, 2 for files or a port that do not serve."""
    arguments = parser().parse_args(argv)
    try:
        running = server(arguments)
    except (OSError, ValueError) as failure:
        sys.stderr.write(f"cert-agent: {failure}\n")
        return 2
    running.heed_signals()
    sys.stdout.write(f"cert-agent: http://localhost:{running.port}\n")
    sys.stdout.flush()
    running.serve_until_stopped()
    return 0
