"""``trusthub registry-sim``: a register of invented people, on loopback."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kernel.errors import DomainError
from kernel.web import Router
from peers.registry_sim.adapters.http_server import LoopbackServer
from peers.registry_sim.adapters.people_file import read_digest, read_people
from peers.registry_sim.api import routes
from peers.registry_sim.domain import Client
from peers.registry_sim.service import Register


def parser() -> argparse.ArgumentParser:
    """Return what the command line may say."""
    says = argparse.ArgumentParser(prog="trusthub registry-sim", description=__doc__)
    says.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0: any")
    says.add_argument("--data", type=Path, required=True, help="JSON file of people")
    says.add_argument("--client", default="trusthub", help="name of the one who may ask")
    says.add_argument(
        "--client-secret-file", type=Path, required=True, help="file of the client's secret"
    )
    says.add_argument(
        "--control-secret-file", type=Path, help="who has this secret may switch faults on"
    )
    return says


def server(arguments: argparse.Namespace) -> LoopbackServer:
    """Return the bound server.

    Raises:
        OSError: a file cannot be read, or the port is taken.
        PeopleMalformed: the file of people has another form.
    """
    client = Client(arguments.client, read_digest(arguments.client_secret_file))
    register = Register(read_people(arguments.data), (client,))
    control = arguments.control_secret_file
    table = routes(register, None if control is None else read_digest(control))
    return LoopbackServer(arguments.port, Router(table))


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGTERM; 0 when stopped, 2 for files or a port that do not serve."""
    arguments = parser().parse_args(argv)
    try:
        running = server(arguments)
    except (OSError, DomainError) as failure:
        sys.stderr.write(f"registry-sim: {failure}\n")
        return 2
    running.heed_signals()
    sys.stdout.write(f"registry-sim: http://localhost:{running.port}\n")
    sys.stdout.flush()
    running.serve_until_stopped()
    return 0
